{#
    The calendar months from `first_month` to `last_month` of a relation of one row, with their last
    day and the month after them: a select of month, month_end, next_month. Months of the years 1
    to 9999 are counted off, so that no calendar is ever cut.
#}
{% macro calendar_months(bounds) -%}
    select
        {{ add_months(bounds ~ '.first_month', 'numbers.id') }} as month,
        {{ add_days(add_months(bounds ~ '.first_month', '(numbers.id + 1)'), -1) }} as month_end,
        {{ add_months(bounds ~ '.first_month', '(numbers.id + 1)') }} as next_month
    from {{ bounds }}
    cross join {{ numbers_below(9999 * 12) }}
    where numbers.id <= {{ months_between(bounds ~ '.first_month', bounds ~ '.last_month') }}
{%- endmacro %}

{#
    The fiscal calendar of a month: a fiscal year begins with the calendar month `first_month`
    (1 to 12) and is named after the calendar year in which it ends (docs/decisions, 0010).
#}
{% macro fiscal_year(month, first_month) -%}
    cast(
        year({{ month }})
        + case when {{ first_month }} > 1 and month({{ month }}) >= {{ first_month }} then 1 else 0 end
        as integer
    )
{%- endmacro %}

{# Number of the month within its fiscal year, from 1 to 12. #}
{% macro fiscal_period(month, first_month) -%}
    cast(mod(month({{ month }}) - {{ first_month }} + 12, 12) + 1 as integer)
{%- endmacro %}

{# Number of the quarter within the fiscal year, from 1 to 4. #}
{% macro fiscal_quarter(month, first_month) -%}
    cast(
        {{ integer_divide('mod(month(' ~ month ~ ') - ' ~ first_month ~ ' + 12, 12)', '3') }} + 1
        as integer
    )
{%- endmacro %}
