{# The company of this run, from the environment, checked before anything uses it. #}
{% macro company() -%}
    {%- set name = env_var('COMPANY', 'demo') -%}
    {%- if not modules.re.fullmatch('[a-z][a-z0-9_]*', name) -%}
        {{ exceptions.raise_compiler_error(
            "COMPANY must be lower-case letters, digits and underscores, starting with a letter"
        ) }}
    {%- endif -%}
    {{ return(name) }}
{%- endmacro %}


{# Source systems of the company with the tables each delivers; none = all of the contract. #}
{% macro company_systems() -%}
    {{ return(var('companies').get(company(), {'extracts': none})) }}
{%- endmacro %}


{% macro system_is_used(system) -%}
    {{ return(system in company_systems()) }}
{%- endmacro %}


{# The contract's columns of a table as pairs of name and type, from the plain extracts' YAML. #}
{% macro contract_columns(table_name) -%}
    {%- set columns = [] -%}
    {%- for node in (graph.sources.values() if execute else [])
        if node.source_name == 'extracts' and node.name == table_name -%}
        {%- for column in node.columns.values() if not column.config.meta.get('identity') -%}
            {%- do columns.append((column.name, column.data_type)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


{#
    The rows of a table of the extract contract, over all source systems of this company.
    A table that no system delivers is an empty relation with the contract's columns.
#}
{% macro staged(table_name) -%}
    {%- set delivering = [] -%}
    {%- for system, tables in company_systems().items() -%}
        {%- if tables is none or table_name in tables -%}
            {%- do delivering.append(ref('stg_' ~ system ~ '__' ~ table_name)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if delivering | length == 1 -%}
        {{ return(delivering[0]) }}
    {%- endif -%}
    {%- set columns = contract_columns(table_name) -%}
    {%- set selects = [] -%}
    {%- for relation in delivering -%}
        {%- do selects.append(
            'select ' ~ columns | map(attribute=0) | join(', ') ~ ' from ' ~ relation
        ) -%}
    {%- else -%}
        {%- set nulls = [] -%}
        {%- for name, data_type in columns -%}
            {%- do nulls.append('cast(null as ' ~ data_type ~ ') as ' ~ name) -%}
        {%- endfor -%}
        {%- do selects.append('select ' ~ (nulls or ['1 as nothing']) | join(', ') ~ ' where false') -%}
    {%- endfor -%}
    {{ return('(' ~ selects | join(' union all ') ~ ') as staged_' ~ table_name) }}
{%- endmacro %}
