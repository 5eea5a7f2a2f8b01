-- Grain: one row per month and number of variants of an order: how many orders of customers were
-- placed, what processes of the level `order` charged to orders with so many variants, and the
-- first through the second. Cost of an order placed in an earlier month stands in the month of the
-- cost (method, section 5).
with

order_process_costs as (
    select * from {{ ref('int_contribution__order_process_costs') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

summed as (
    select
        month,
        variant_count as variants_per_order,
        sum(order_count) as order_count,
        sum(process_cost_amount) as process_cost_amount
    from order_process_costs
    group by month, variant_count
),

final as (
    select
        summed.month,
        summed.variants_per_order,
        cast(summed.order_count as bigint) as order_count,
        cast(summed.process_cost_amount as decimal(18, 2)) as process_cost_amount,
        {{ ratio('summed.process_cost_amount', 'summed.order_count') }} as cost_per_order_rate,
        settings.value as currency_code
    from summed
    cross join settings
)

select * from final
