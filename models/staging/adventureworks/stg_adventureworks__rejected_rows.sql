{{ config(enabled=system_is_used('adventureworks')) }}

-- Grain: one row that landing could not read; no text of it.
with

rejected_rows as (
    select * from {{ source('adventureworks', 'rejected_rows') }}
),

final as (
    select
        source_system,
        table_name,
        file_name,
        record_number,
        reason,
        column_name,
        rejected_amount,
        currency_code
    from rejected_rows
)

select * from final
