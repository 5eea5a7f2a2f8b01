{# The control components that come from an order line, each a column `<component>_amount`. #}
{% macro order_line_components() -%}
    {{ return([
        'gross_sales', 'discount', 'return', 'standard_material', 'standard_production',
        'standard_distribution', 'customization', 'restocked_goods'
    ]) }}
{%- endmacro %}


{#
    Components that many books do not keep on accounts of their own, with the component whose
    accounts then hold them.
#}
{% macro components_held_by_others() -%}
    {{ return([
        ('discount', 'gross_sales'), ('cash_discount', 'gross_sales'), ('return', 'gross_sales'),
        ('restocked_goods', 'standard_material')
    ]) }}
{%- endmacro %}


{# Components whose actual cost the ledger may deliver by order or product. #}
{% macro standard_cost_components() -%}
    {{ return(['standard_material', 'standard_production', 'standard_distribution']) }}
{%- endmacro %}


{#
    Order lines with a column for each component, turned into one row per key and component,
    without the zeros.
#}
{% macro order_lines_by_component(relation, key_columns) -%}
    {%- for component in order_line_components() %}
    select
        {{ key_columns | join(', ') }},
        '{{ component }}' as component,
        {{ component }}_amount as amount
    from {{ relation }}
    where {{ component }}_amount <> 0
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The components of order lines as sums, under the names of their columns. #}
{% macro sums_of_order_line_components() -%}
    {%- for component in order_line_components() -%}
        sum({{ component }}_amount) as {{ component }}_amount
        {%- if not loop.last %},
        {% endif -%}
    {%- endfor -%}
{%- endmacro %}


{#
    One row that says of each component of order lines whether the ledger knows it, so that it is
    posted: a column `is_<component>_posted`.
#}
{% macro posted_order_line_components() -%}
    select
        {%- for component in order_line_components() %}
        coalesce(bool_or(component = '{{ component }}'), false) as is_{{ component }}_posted
        {{- "," if not loop.last }}
        {%- endfor %}
    from {{ ref('int_contribution__components') }}
{%- endmacro %}
