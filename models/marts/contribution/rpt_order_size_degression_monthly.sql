-- Grain: one row per month and size class of an order (seed `order_size_classes`: the class with
-- the largest `from_quantity` up to the order's units): orders of customers that were placed, their
-- units, what processes of the level `order` charged to orders of the class, and that cost by order
-- and by unit. Cost of an order placed in an earlier month stands in the month of the cost
-- (method, section 5).
with

order_process_costs as (
    select * from {{ ref('int_contribution__order_process_costs') }}
),

size_classes as (
    select
        size_class,
        sort_order,
        from_quantity,
        coalesce(
            lead(from_quantity) over (order by from_quantity),
            cast(99999999999999 as decimal(18, 4))
        ) as next_from_quantity
    from {{ ref('order_size_classes') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

summed as (
    select
        order_process_costs.month,
        size_classes.size_class,
        size_classes.sort_order,
        sum(order_process_costs.order_count) as order_count,
        sum(order_process_costs.order_count * order_process_costs.quantity) as quantity,
        sum(order_process_costs.process_cost_amount) as process_cost_amount
    from order_process_costs
    inner join size_classes
        on
            order_process_costs.quantity >= size_classes.from_quantity
            and order_process_costs.quantity < size_classes.next_from_quantity
    group by order_process_costs.month, size_classes.size_class, size_classes.sort_order
),

final as (
    select
        summed.month,
        summed.size_class,
        summed.sort_order,
        cast(summed.order_count as bigint) as order_count,
        cast(summed.quantity as decimal(18, 4)) as quantity,
        cast(summed.process_cost_amount as decimal(18, 2)) as process_cost_amount,
        {{ ratio('summed.process_cost_amount', 'summed.order_count') }} as cost_per_order_rate,
        {{ ratio('summed.process_cost_amount', 'summed.quantity') }} as cost_per_unit_rate,
        settings.value as currency_code
    from summed
    cross join settings
)

select * from final
