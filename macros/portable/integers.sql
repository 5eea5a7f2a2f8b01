{#
    Exact integer division and remainder of whole numbers up to 38 digits, numerator at least
    zero, denominator above zero. `floor(a / b)` would go through double and be off by one near
    integers.
#}
{% macro integer_divide(numerator, denominator) -%}
    {{ return(adapter.dispatch('integer_divide', 'customer_accounting')(numerator, denominator)) }}
{%- endmacro %}

{% macro duckdb__integer_divide(numerator, denominator) -%}
    (({{ numerator }}) // ({{ denominator }}))
{%- endmacro %}

{% macro spark__integer_divide(numerator, denominator) -%}
    cast((({{ numerator }}) div ({{ denominator }})) as decimal(38, 0))
{%- endmacro %}


{# A whole number wide enough for cents x weight. #}
{% macro wide_integer(expression) -%}
    {{ return(adapter.dispatch('wide_integer', 'customer_accounting')(expression)) }}
{%- endmacro %}

{% macro duckdb__wide_integer(expression) -%}
    cast({{ expression }} as hugeint)
{%- endmacro %}

{% macro spark__wide_integer(expression) -%}
    cast({{ expression }} as decimal(38, 0))
{%- endmacro %}
