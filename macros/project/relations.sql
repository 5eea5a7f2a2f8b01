{#
    Relations without the database.

    A view stores the name of the database in which it was created, so a published file that is
    copied, renamed or attached under an alias could not answer it. On DuckDB, therefore, a
    relation renders as `schema.table`.
#}
{% macro ref() -%}
    {%- set relation = builtins.ref(*varargs, **kwargs) -%}
    {%- if execute and target.type == 'duckdb' and relation.schema -%}
        {{ return(relation.include(database=false)) }}
    {%- endif -%}
    {{ return(relation) }}
{%- endmacro %}


{#
    A source table is its landing folder: typed Parquet files, the same for both engines.
    In a unit test the source is a common table expression and stays one.
#}
{% macro source(source_name, table_name) -%}
    {%- set relation = builtins.source(source_name, table_name) -%}
    {%- if relation.is_cte or not execute -%}
        {{ return(relation) }}
    {%- endif -%}
    {{ return(read_landing(landing_folder() ~ '/' ~ source_name ~ '/' ~ table_name)) }}
{%- endmacro %}


{#
    The nightly run reads the landing of the generation it builds, all else the published one.
    On Spark, LANDING names the folder as the cluster sees it, where that is another one.
#}
{% macro landing_folder() -%}
    {%- set folder = env_var('WAREHOUSE', 'warehouse') -%}
    {%- set link = 'work' if target.name == 'night' else 'current' -%}
    {%- set path = folder ~ '/' ~ link ~ '/landing' -%}
    {%- if not modules.re.fullmatch("[A-Za-z0-9_./~ +-]+", path) -%}
        {{ exceptions.raise_compiler_error(
            "WAREHOUSE may hold letters, digits and the characters _ . / ~ + - and space only"
        ) }}
    {%- endif -%}
    {%- set shared = env_var('LANDING', '') if target.type == 'spark' else '' -%}
    {%- if shared and not modules.re.fullmatch("[A-Za-z0-9_./~ +@:=-]+", shared) -%}
        {{ exceptions.raise_compiler_error(
            "LANDING may hold letters, digits and the characters _ . / ~ + @ : = - and space only"
        ) }}
    {%- endif -%}
    {{ return(shared or path) }}
{%- endmacro %}
