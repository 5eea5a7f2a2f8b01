{#
    A landed table as its contract's rows: the declared columns in declared order, without those
    that name a person and without landing's own `_file` and `_record`.
#}
{% macro stage_source(system, table_name) -%}
    {%- set relation = source(system, table_name) -%}
    {%- set columns = [] -%}
    {%- for node in (graph.sources.values() if execute else [])
        if node.source_name == system and node.name == table_name -%}
        {%- for column in node.columns.values() if not column.config.meta.get('identity') -%}
            {%- do columns.append(column.name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if execute and not columns -%}
        {{ exceptions.raise_compiler_error(system ~ "." ~ table_name ~ " declares no columns") }}
    {%- endif -%}
    with

    landed as (
        select * from {{ relation }}
    ),

    final as (
        select
            {{ columns | join(',\n            ') }}
        from landed
    )

    select * from final
{%- endmacro %}
