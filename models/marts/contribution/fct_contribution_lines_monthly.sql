-- Grain: one row per object level, object, month and statement line (sparse: no zeros). The one
-- table of results: every cent of the revenue and expense accounts once, signed by its effect on
-- profit, so that a month's sum is the company's result (method, sections 1 and 5).
with

postings as (
    select
        month,
        object_level,
        object_key,
        line_id,
        sum(amount) as amount
    from {{ ref('int_contribution__postings') }}
    group by month, object_level, object_key, line_id
    having sum(amount) <> 0
),

objects as (
    select * from {{ ref('int_contribution__objects') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

final as (
    select
        postings.object_level,
        postings.object_key,
        coalesce(objects.object_id, '(unknown)') as object_id,
        postings.month,
        postings.line_id,
        cast(postings.amount as decimal(18, 2)) as amount,
        settings.value as currency_code
    from postings
    cross join settings
    left join objects
        on
            postings.object_level = objects.object_level
            and postings.object_key = objects.object_key
)

select * from final
