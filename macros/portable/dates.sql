{# The first day of the month of a date. #}
{% macro month_of(expression) -%}
    cast(date_trunc('month', {{ expression }}) as date)
{%- endmacro %}

{# A date moved by a number of whole months. #}
{% macro add_months(expression, months) -%}
    cast({{ expression }} + {{ months }} * interval '1' month as date)
{%- endmacro %}

{# A date moved by a number of days. #}
{% macro add_days(expression, days) -%}
    cast({{ expression }} + {{ days }} * interval '1' day as date)
{%- endmacro %}

{# Whole months from one date to another, by calendar month. #}
{% macro months_between(from_date, to_date) -%}
    (
        (year({{ to_date }}) * 12 + month({{ to_date }}))
        - (year({{ from_date }}) * 12 + month({{ from_date }}))
    )
{%- endmacro %}

{# Whole numbers from zero, as a relation with the column `numbers.id`. #}
{% macro numbers_below(count) -%}
    range(0, {{ count }}) as numbers(id)
{%- endmacro %}
