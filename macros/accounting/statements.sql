{#
    The lines of Diagram 3 that a statement in columns shows, each with its sign: what a column adds
    to the contribution where it is positive. A line that the seed adds below contribution II needs a
    column here; a test holds columns against subtotals.
#}
{% macro contribution_line_columns() -%}
    {{ return([
        ('gross_sales', 1), ('discount', -1), ('cash_discount', -1), ('rebate', -1),
        ('return', -1), ('standard_material', -1), ('standard_production', -1),
        ('standard_distribution', -1), ('customization', -1), ('restocked_goods', 1),
        ('direct_product_cost', -1), ('order_cost', -1), ('direct_order_cost', -1),
        ('direct_customer_cost', -1), ('investment_amortisation', -1), ('product_processing', -1),
        ('order_processing', -1), ('customer_processing', -1), ('caused_unused_capacity', -1)
    ]) }}
{%- endmacro %}


{#
    Lines of a statement, signed by their effect on profit, as columns that are positive in their
    normal direction, and the three subtotals. `lines` has line_id and amount, `statement_lines` the
    flags of dim_statement_lines.
#}
{% macro statement_in_columns(lines, statement_lines) -%}
    {%- for line_id, sign in contribution_line_columns() %}
        cast(coalesce(sum({{ '-' if sign < 0 }}{{ lines }}.amount) filter (
            where {{ lines }}.line_id = '{{ line_id }}'
        ), 0) as decimal(18, 2)) as {{ line_id }}_amount,
    {%- endfor %}
    {%- for subtotal in ['net_revenue', 'contribution_1', 'contribution_2'] %}
        cast(coalesce(sum({{ lines }}.amount) filter (
            where {{ statement_lines }}.is_{{ subtotal }}
        ), 0) as decimal(18, 2)) as {{ subtotal }}_amount
        {{- "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# Months within which cost may be avoided, for which contributions are shown (method, section 5). #}
{% macro avoidability_horizons() -%}
    {{ return([3, 12, 36]) }}
{%- endmacro %}
