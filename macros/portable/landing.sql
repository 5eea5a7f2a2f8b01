{# A landing folder as a relation. #}
{% macro read_landing(folder) -%}
    {{ return(adapter.dispatch('read_landing', 'customer_accounting')(folder)) }}
{%- endmacro %}

{% macro duckdb__read_landing(folder) -%}
    {{ return("read_parquet('" ~ folder ~ "/*.parquet')") }}
{%- endmacro %}

{% macro spark__read_landing(folder) -%}
    {{ return("parquet.`" ~ folder ~ "`") }}
{%- endmacro %}
