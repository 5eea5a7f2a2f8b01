{# First 60 bits of md5 of a natural id as a bigint; an empty id is 0, the unassigned object. #}
{% macro key_of(expression) -%}
    {{ return(adapter.dispatch('key_of', 'customer_accounting')(expression)) }}
{%- endmacro %}

{% macro duckdb__key_of(expression) -%}
    coalesce(cast('0x' || substr(md5({{ expression }}), 1, 15) as bigint), 0)
{%- endmacro %}

{% macro spark__key_of(expression) -%}
    coalesce(cast(conv(substr(md5({{ expression }}), 1, 15), 16, 10) as bigint), 0)
{%- endmacro %}
