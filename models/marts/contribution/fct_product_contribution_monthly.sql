-- Grain: one row per product and month with a posting: the product's statement in columns, each
-- positive in its normal direction; `(unassigned)` holds what names no product, so that products
-- sum to the lines of all objects. Diagram 1: sales - deductions - variable costs = product
-- contribution I, less the processing costs that quantities induce. A view (method, section 5).
{{ config(materialized='view') }}

with

product_lines as (
    select * from {{ ref('int_contribution__product_postings') }}
),

statement_lines as (
    select * from {{ ref('dim_statement_lines') }}
),

products as (
    select * from {{ ref('dim_products') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

statements as (
    select
        product_lines.product_key,
        product_lines.month,
        {{ statement_in_columns('product_lines', 'statement_lines') }},
        cast(-sum(product_lines.induced_amount) as decimal(18, 2)) as induced_processing_amount
    from product_lines
    inner join statement_lines on product_lines.line_id = statement_lines.line_id
    group by product_lines.product_key, product_lines.month
),

final as (
    select
        statements.product_key,
        products.product_id,
        statements.month,
        {%- for line_id, _ in contribution_line_columns() %}
        statements.{{ line_id }}_amount,
        {%- endfor %}
        statements.net_revenue_amount,
        cast(
            statements.net_revenue_amount
            - statements.standard_material_amount
            - statements.standard_production_amount
            - statements.standard_distribution_amount
            - statements.customization_amount
            + statements.restocked_goods_amount
            - statements.order_cost_amount
            as decimal(18, 2)
        ) as product_contribution_1_amount,
        statements.induced_processing_amount,
        cast(
            statements.net_revenue_amount
            - statements.standard_material_amount
            - statements.standard_production_amount
            - statements.standard_distribution_amount
            - statements.customization_amount
            + statements.restocked_goods_amount
            - statements.order_cost_amount
            - statements.induced_processing_amount
            as decimal(18, 2)
        ) as induced_contribution_2_amount,
        statements.contribution_1_amount,
        statements.contribution_2_amount,
        settings.value as currency_code
    from statements
    cross join settings
    inner join products on statements.product_key = products.product_key
)

select * from final
