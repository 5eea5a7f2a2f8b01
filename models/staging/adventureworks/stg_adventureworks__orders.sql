{{ config(enabled=system_is_used('adventureworks')) }}

-- Grain: one internet or reseller order. Promotions belong to lines in the source, so the order
-- names none.
with

sales_lines as (
    select * from {{ ref('stg_adventureworks__sales_lines') }}
),

final as (
    select
        order_id,
        customer_id,
        ordered_on,
        shipped_on,
        'USD' as currency_code,
        cast(null as string) as promotion_id,
        cast(null as string) as campaign_id,
        sales_rep_id,
        cast(null as timestamp) as recorded_at
    from sales_lines
    group by order_id, customer_id, ordered_on, shipped_on, sales_rep_id
)

select * from final
