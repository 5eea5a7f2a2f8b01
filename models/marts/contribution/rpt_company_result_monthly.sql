-- Grain: one row per month and term of the identity: customers + products and orders without a
-- customer + segments + company + capacity + unassigned = -(revenue and expense accounts). A term
-- without a posting is a zero, so that every month shows every term (method, section 1).
with

contribution_lines as (
    select
        month,
        object_level,
        sum(amount) as amount
    from {{ ref('fct_contribution_lines_monthly') }}
    group by month, object_level
),

object_levels as (
    select * from {{ ref('object_levels') }}
),

months as (
    select * from {{ ref('dim_months') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

final as (
    select
        months.month,
        object_levels.term_id,
        object_levels.term_name,
        object_levels.sort_order,
        cast(coalesce(contribution_lines.amount, 0) as decimal(18, 2)) as amount,
        settings.value as currency_code
    from months
    cross join object_levels
    cross join settings
    left join contribution_lines
        on
            months.month = contribution_lines.month
            and object_levels.object_level = contribution_lines.object_level
)

select * from final
