-- Grain: one row per month, object (level, key), statement line, source type and source: every cent
-- of the revenue and expense accounts exactly once, signed by its effect on profit. Sources:
--   component  controlled accounts, from the sub-ledger         (source: the component)
--   process    the last allocation edges                        (source: the process)
--   variance, account, edge, imputed: int_contribution__other_postings
-- A view: each row stands once, where it is computed.
{{ config(materialized='view') }}

with

owner_components as (
    select * from {{ ref('int_contribution__owner_components') }}
),

process_postings as (
    select * from {{ ref('int_contribution__process_postings') }}
),

other_postings as (
    select * from {{ ref('int_contribution__other_postings') }}
),

final as (
    select
        month,
        object_level,
        object_key,
        line_id,
        'component' as source_type,
        component as source_id,
        profit_amount as amount
    from owner_components

    union all

    select
        month,
        object_level,
        object_key,
        line_id,
        'process' as source_type,
        source_id,
        profit_amount as amount
    from process_postings

    union all

    select
        month,
        object_level,
        object_key,
        line_id,
        source_type,
        source_id,
        amount
    from other_postings
)

select * from final
