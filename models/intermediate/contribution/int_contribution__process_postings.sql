-- Grain: one row per month, process, object and line: what the last allocation edges say, as an
-- effect on profit; what followed sold quantities of a product comes from the process that charged
-- the product.
with

process_charges as (
    select * from {{ ref('int_contribution__process_charges') }}
),

final as (
    select
        month,
        source_id,
        object_level,
        object_key,
        line_id,
        cast(-sum(amount) as decimal(18, 2)) as profit_amount
    from process_charges
    group by month, source_id, object_level, object_key, line_id
    having sum(amount) <> 0
)

select * from final
