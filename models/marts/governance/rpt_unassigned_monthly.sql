-- Grain: one row per month, reason, source and statement line: what belongs to nobody, why, and
-- what to do about it, signed by its effect on profit (method, section 1).
with

postings as (
    select *
    from {{ ref('int_contribution__postings') }}
    where object_level = 'unassigned'
),

objects as (
    select *
    from {{ ref('int_contribution__objects') }}
    where object_level = 'unassigned'
),

reasons as (
    select * from {{ ref('reasons') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

final as (
    select
        postings.month,
        coalesce(objects.object_id, '(unknown)') as reason_id,
        postings.source_type,
        postings.source_id,
        postings.line_id,
        postings.amount,
        settings.value as currency_code,
        reasons.description,
        reasons.remedy
    from postings
    cross join settings
    left join objects on postings.object_key = objects.object_key
    left join reasons on objects.object_id = reasons.reason_id
)

select * from final
