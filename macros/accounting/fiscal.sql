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
