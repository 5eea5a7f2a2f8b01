{#
    The periods of the books by their months: each calendar month, and each fiscal year, which is
    the calendar year unless `fiscal_year_first_month` says otherwise. A year holds the months that
    the books have of it.

    Returns a select of month, period_number (202512, 2025), period_type (`month` or `year`),
    period_id (`2025-12`, `2025`) and period_start, the first day of the month or fiscal year.
#}
{% macro months_of_periods() -%}
    select
        month,
        cast(year(month) * 100 + month(month) as integer) as period_number,
        'month' as period_type,
        substr(cast(month as string), 1, 7) as period_id,
        month as period_start
    from {{ ref('dim_months') }}

    union all

    select
        month,
        fiscal_year as period_number,
        'year' as period_type,
        lpad(cast(fiscal_year as string), 4, '0') as period_id,
        {{ add_months('month', '(1 - fiscal_period)') }} as period_start
    from {{ ref('dim_months') }}
{%- endmacro %}
