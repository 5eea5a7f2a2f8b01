{{ config(enabled=system_is_used('adventureworks')) }}

-- Grain: the freight of one order line, on the day of shipment.
with

distributed_lines as (
    select * from {{ ref('stg_adventureworks__order_lines_distributed') }}
),

final as (
    select
        order_id,
        line_number,
        'freight' as cost_type,
        shipped_on as incurred_on,
        freight_amount as amount,
        'USD' as currency_code,
        cast(null as timestamp) as recorded_at
    from distributed_lines
    where freight_amount <> 0
)

select * from final
