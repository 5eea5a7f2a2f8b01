-- Grain: one row per month, source (component or process) and kind of variance, signed by its
-- effect on profit (method, sections 2.2 and 3).
with

postings as (
    select *
    from {{ ref('int_contribution__postings') }}
    where line_id like 'variance!_%' escape '!'
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

final as (
    select
        postings.month,
        postings.source_type,
        postings.source_id,
        substr(postings.line_id, length('variance_') + 1) as variance_kind,
        cast(sum(postings.amount) as decimal(18, 2)) as amount,
        max(settings.value) as currency_code
    from postings
    cross join settings
    group by
        postings.month,
        postings.source_type,
        postings.source_id,
        substr(postings.line_id, length('variance_') + 1)
)

select * from final
