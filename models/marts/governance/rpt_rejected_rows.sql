-- Grain: one row per rejected row of an extract: where it stands, why, in which column, and its
-- amount. The row's text is in the identities file only.
with

rejected_rows as (
    select * from {{ staged('rejected_rows') }}
),

reasons as (
    select * from {{ ref('reasons') }}
),

final as (
    select
        rejected_rows.source_system,
        rejected_rows.table_name,
        rejected_rows.file_name,
        rejected_rows.record_number,
        rejected_rows.reason as reason_id,
        rejected_rows.column_name,
        reasons.description,
        reasons.remedy,
        cast(rejected_rows.rejected_amount as decimal(18, 2)) as rejected_amount,
        rejected_rows.currency_code
    from rejected_rows
    left join reasons on rejected_rows.reason = reasons.reason_id
)

select * from final
