{{ config(enabled=system_is_used('adventureworks'), materialized='table') }}

-- Grain: one order, its totals rounded to cents once (extract contract: money finer than its
-- scale). The discount is what gross and net leave between them, so that both totals stay exact.
with

sales_lines as (
    select * from {{ ref('stg_adventureworks__sales_lines') }}
),

rounded_totals as (
    select
        channel,
        order_id,
        ordered_on,
        cast(sum(gross_amount) as decimal(18, 2)) as gross_amount,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount,
        cast(sum(tax_amount) as decimal(18, 2)) as tax_amount,
        cast(sum(freight_amount) as decimal(18, 2)) as freight_amount
    from sales_lines
    group by channel, order_id, ordered_on
),

final as (
    select
        channel,
        order_id,
        ordered_on,
        gross_amount,
        cast(gross_amount - net_amount as decimal(18, 2)) as discount_amount,
        net_amount,
        tax_amount,
        freight_amount
    from rounded_totals
)

select * from final
