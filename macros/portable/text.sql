{# The different values of a column in a group, in their order, as one text. #}
{% macro ordered_list(expression, separator=', ') -%}
    {{ return(adapter.dispatch('ordered_list', 'customer_accounting')(expression, separator)) }}
{%- endmacro %}

{% macro duckdb__ordered_list(expression, separator) -%}
    string_agg(distinct {{ expression }}, '{{ separator }}' order by {{ expression }})
{%- endmacro %}

{% macro spark__ordered_list(expression, separator) -%}
    array_join(sort_array(collect_set({{ expression }})), '{{ separator }}')
{%- endmacro %}
