-- Grain: one row per object (customer or company), comparison, period and cause that changed its
-- contribution II since the base period (sparse: no zeros). The parts sum to the difference, to the
-- cent (method, section 8; docs/decisions, 0021). A view over the bridges.
{{ config(materialized='view') }}

with

bridges as (
    select * from {{ ref('int_contribution__bridges') }}
),

causes as (
    select * from {{ ref('bridge_causes') }}
),

objects as (
    select * from {{ ref('int_contribution__objects') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

parts as (
    select
        bridges.comparison_id,
        bridges.period_id,
        bridges.base_period_id,
        bridges.period_from,
        bridges.period_to,
        bridges.base_from,
        bridges.base_to,
        bridges.object_level,
        bridges.object_key,
        causes.cause_id,
        causes.cause_name,
        causes.sort_order,
        bridges.base_contribution_2_amount,
        bridges.contribution_2_amount,
        {{ amount_of_cause('causes.cause_id') }} as amount
    from bridges
    cross join causes
),

final as (
    select
        parts.object_level,
        parts.object_key,
        objects.object_id,
        parts.comparison_id,
        parts.period_id,
        parts.base_period_id,
        parts.period_from,
        parts.period_to,
        parts.base_from,
        parts.base_to,
        parts.cause_id,
        parts.cause_name,
        parts.sort_order,
        parts.amount,
        parts.base_contribution_2_amount,
        parts.contribution_2_amount,
        settings.value as currency_code
    from parts
    cross join settings
    inner join objects
        on
            parts.object_level = objects.object_level
            and parts.object_key = objects.object_key
    where parts.amount <> 0
)

select * from final
