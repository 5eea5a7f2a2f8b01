-- Grain: one row per order of a customer and month in which it was placed or was charged: what
-- processes of the level `order` charged to it, its variants (different products on lines that are
-- no returns and no work of a later month) and units. It counts once, in the month in which it was
-- placed. Pure return orders are left out: handling a return is a process of its own (method,
-- sections 3 and 5).
with

orders as (
    select
        order_key,
        customer_key,
        month
    from {{ ref('fct_orders') }}
    where
        customer_key <> 0
        and not is_pure_return
),

sold_lines as (
    select
        order_key,
        case when product_key <> 0 then product_key else {{ key_of('product_id') }} end
            as variant_key,
        quantity
    from {{ ref('fct_order_lines') }}
    where
        order_key <> 0
        and not is_return
        and late_work_month is null
),

order_variants as (
    select
        order_key,
        variant_key,
        sum(quantity) as quantity
    from sold_lines
    group by order_key, variant_key
),

order_sizes as (
    select
        order_key,
        count(*) as variant_count,
        sum(quantity) as quantity
    from order_variants
    group by order_key
),

processes as (
    select process_id
    from {{ ref('dim_processes') }}
    where object_level = 'order'
),

order_months as (
    select
        order_key,
        month,
        1 as order_count,
        0 as process_cost_amount
    from orders

    union all

    select
        receiver_key as order_key,
        month,
        0 as order_count,
        amount as process_cost_amount
    from {{ ref('int_costing__processes_allocated') }}
    where
        receiver_type = 'order'
        and pool_id in (select process_id from processes)
),

summed as (
    select
        order_key,
        month,
        sum(order_count) as order_count,
        sum(process_cost_amount) as process_cost_amount
    from order_months
    group by order_key, month
),

final as (
    select
        summed.month,
        summed.order_key,
        orders.customer_key,
        cast(summed.order_count as integer) as order_count,
        cast(coalesce(order_sizes.variant_count, 0) as integer) as variant_count,
        cast(coalesce(order_sizes.quantity, 0) as decimal(18, 4)) as quantity,
        cast(summed.process_cost_amount as decimal(18, 2)) as process_cost_amount
    from summed
    inner join orders on summed.order_key = orders.order_key
    left join order_sizes on summed.order_key = order_sizes.order_key
)

select * from final
