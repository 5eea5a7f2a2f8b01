{#
    Seeds take their column types from the declared `data_type`, so that a type is written once
    and an empty column is not guessed.
#}
{% macro duckdb__create_csv_table(model, agate_table) %}
    {%- set declared = model['columns'] -%}
    {% set sql %}
        create table {{ this.render() }} (
            {%- for name in agate_table.column_names %}
            {%- if name not in declared or not declared[name].get('data_type') -%}
                {{ exceptions.raise_compiler_error(
                    "seed " ~ model['name'] ~ ": column " ~ name ~ " has no declared data_type"
                ) }}
            {%- endif %}
            {{ adapter.quote(name) }} {{ declared[name]['data_type'] }}{{ "," if not loop.last }}
            {%- endfor %}
        )
    {% endset %}
    {% call statement('_') -%}{{ sql }}{%- endcall %}
    {{ return(sql) }}
{% endmacro %}
