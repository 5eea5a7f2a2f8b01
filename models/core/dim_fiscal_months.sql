-- Grain: one row per calendar month from the first to the last of the books or of a plan, with its
-- place in the fiscal calendar: the months in which statements and plans have figures. `dim_months`
-- holds the months of the books alone, and says which are complete. A view.
{{ config(materialized='view') }}

with

months_with_figures as (
    select month from {{ ref('dim_months') }}
    union all
    select month_from as month from {{ ref('plans') }}
    union all
    select month_to as month from {{ ref('plans') }}
),

bounds as (
    select
        min(month) as first_month,
        max(month) as last_month
    from months_with_figures
),

settings as (
    select coalesce(max(cast(value as integer)), 1) as first_month
    from {{ ref('dim_settings') }}
    where setting = 'fiscal_year_first_month'
),

months as (
    {{ calendar_months('bounds') }}
),

final as (
    select
        months.month,
        months.month_end,
        {{ fiscal_year('months.month', 'settings.first_month') }} as fiscal_year,
        {{ fiscal_quarter('months.month', 'settings.first_month') }} as fiscal_quarter,
        {{ fiscal_period('months.month', 'settings.first_month') }} as fiscal_period
    from months
    cross join settings
)

select * from final
