{#
    Seeds take their column types from the declared `data_type`, so that a type is written once
    and an empty column is not guessed.
#}
{% macro duckdb__create_csv_table(model, agate_table) %}
    {% set sql %}
        create table {{ this.render() }} (
            {%- for name, data_type in seed_columns(model, agate_table.column_names) %}
            {{ adapter.quote(name) }} {{ data_type }}{{ "," if not loop.last }}
            {%- endfor %}
        )
    {% endset %}
    {% call statement('_') -%}{{ sql }}{%- endcall %}
    {{ return(sql) }}
{% endmacro %}


{% macro spark__create_csv_table(model, agate_table) %}
    {% set sql %}
        create table {{ this.render() }} (
            {%- for name, data_type in seed_columns(model, agate_table.column_names) %}
            {{ adapter.quote(name) }} {{ data_type }}{{ "," if not loop.last }}
            {%- endfor %}
        )
        {{ file_format_clause() }}
        {{ location_clause() }}
    {% endset %}
    {% call statement('_') -%}{{ sql }}{%- endcall %}
    {{ return(sql) }}
{% endmacro %}


{#
    The rows travel as values of one statement, so that a cluster needs no sight of the files, and
    as text that Spark casts to the declared type. They are written out rather than bound, because
    dbt binds an empty value as the word None, and an apostrophe not at all, in a Spark session.

    What dbt hands over has guessed types: an account `0400` has become the number 400. The file
    is therefore read again with every column as text; for that, dbt has to find the columns in
    the seed's `column_types`.
#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set columns = seed_columns(model, agate_table.column_names) -%}
    {%- for name, data_type in columns -%}
        {%- do config.model.config.column_types.update({name: data_type}) -%}
    {%- endfor -%}
    {%- set statements = [] -%}
    {%- for rows in load_agate_table().rows | batch(get_batch_size()) -%}
        {%- set tuples = [] -%}
        {%- for row in rows -%}
            {%- set values = [] -%}
            {%- for name, data_type in columns -%}
                {%- do values.append("cast(" ~ text_literal(row[name]) ~ " as " ~ data_type ~ ")") -%}
            {%- endfor -%}
            {%- do tuples.append("(" ~ values | join(", ") ~ ")") -%}
        {%- endfor -%}
        {%- do statements.append("insert into " ~ this.render() ~ " values " ~ tuples | join(", ")) -%}
        {%- do adapter.add_query(statements[-1], abridge_sql_log=True) -%}
    {%- endfor -%}
    {{ return(statements[0]) }}
{% endmacro %}


{# A text as a literal of Spark, where a backslash escapes; an empty one is null. #}
{% macro text_literal(value) -%}
    {%- if value is none -%}
        null
    {%- else -%}
        '{{ value | replace("\\", "\\\\") | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}


{# The columns of a seed's file as pairs of name and declared type. #}
{% macro seed_columns(model, names) -%}
    {%- set columns = [] -%}
    {%- for name in names -%}
        {%- set data_type = model['columns'].get(name, {}).get('data_type') -%}
        {%- if not data_type -%}
            {{ exceptions.raise_compiler_error(
                "seed " ~ model['name'] ~ ": column " ~ name ~ " has no declared data_type"
            ) }}
        {%- endif -%}
        {%- do columns.append((name, data_type)) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}
