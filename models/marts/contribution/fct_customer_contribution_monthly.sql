-- Grain: one row per customer and month with a posting: the customer's statement in columns
-- (Diagram 3), each positive in its normal direction. A view over the sparse lines. A line that
-- the seed adds below contribution II needs a column here: a test holds columns against subtotals
-- (method, section 5).
{{ config(materialized='view') }}

{%- set line_columns = [
    ('gross_sales', 1), ('discount', -1), ('cash_discount', -1), ('rebate', -1), ('return', -1),
    ('standard_material', -1), ('standard_production', -1), ('standard_distribution', -1),
    ('customization', -1), ('restocked_goods', 1), ('direct_product_cost', -1),
    ('order_cost', -1), ('direct_order_cost', -1), ('direct_customer_cost', -1),
    ('investment_amortisation', -1), ('product_processing', -1), ('order_processing', -1),
    ('customer_processing', -1), ('caused_unused_capacity', -1)
] %}

with

contribution_lines as (
    select * from {{ ref('fct_contribution_lines_monthly') }}
    where object_level = 'customer'
),

statement_lines as (
    select * from {{ ref('dim_statement_lines') }}
),

final as (
    select
        contribution_lines.object_key as customer_key,
        contribution_lines.object_id as customer_id,
        contribution_lines.month,
        {%- for line_id, sign in line_columns %}
        cast(coalesce(sum({{ '-' if sign < 0 }}contribution_lines.amount) filter (
            where contribution_lines.line_id = '{{ line_id }}'
        ), 0) as decimal(18, 2)) as {{ line_id }}_amount,
        {%- endfor %}
        cast(coalesce(sum(contribution_lines.amount) filter (
            where statement_lines.is_net_revenue
        ), 0) as decimal(18, 2)) as net_revenue_amount,
        cast(coalesce(sum(contribution_lines.amount) filter (
            where statement_lines.is_contribution_1
        ), 0) as decimal(18, 2)) as contribution_1_amount,
        cast(coalesce(sum(contribution_lines.amount) filter (
            where statement_lines.is_contribution_2
        ), 0) as decimal(18, 2)) as contribution_2_amount,
        max(contribution_lines.currency_code) as currency_code
    from contribution_lines
    inner join statement_lines on contribution_lines.line_id = statement_lines.line_id
    group by
        contribution_lines.object_key,
        contribution_lines.object_id,
        contribution_lines.month
)

select * from final
