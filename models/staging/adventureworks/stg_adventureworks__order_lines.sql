{{ config(enabled=system_is_used('adventureworks')) }}

-- Grain: one order line, in the contract's columns. The source has no returns, no customisation
-- and no service periods. Revenue is recognised on the day of shipment (`orders.shipped_on`).
with

distributed_lines as (
    select * from {{ ref('stg_adventureworks__order_lines_distributed') }}
),

final as (
    select
        order_id,
        line_number,
        product_id,
        quantity,
        gross_amount,
        discount_amount,
        tax_amount,
        cast(null as date) as recognised_on,
        cast(null as decimal(18, 2)) as customization_cost_amount,
        cast(null as date) as service_from,
        cast(null as date) as service_to,
        cast(null as string) as returned_order_id,
        cast(null as integer) as returned_line_number,
        cast(null as decimal(18, 4)) as restocked_quantity,
        cast(null as timestamp) as recorded_at
    from distributed_lines
)

select * from final
