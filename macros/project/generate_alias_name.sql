{#
    The latest version of a model has the model's name, without a suffix; older ones, kept while
    readers move, are `<name>_v<version>`. An alias that is configured stays as it is.
#}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- if custom_alias_name -%}
        {{ custom_alias_name | trim }}
    {%- elif node.version and node.version != node.latest_version -%}
        {{ node.name ~ '_v' ~ (node.version | string | replace('.', '_')) }}
    {%- else -%}
        {{ node.name }}
    {%- endif -%}
{%- endmacro %}
