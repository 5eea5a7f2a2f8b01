{{ config(
    enabled=system_is_used('adventureworks'),
    meta={'dagster': {'ref': {'name': 'stg_adventureworks__product_costs'}}}
) }}

-- The cost that is valid on the order date is, for every line, the standard cost that the sales
-- tables name.
with

sales_lines as (
    select * from {{ ref('stg_adventureworks__sales_lines') }}
),

product_costs as (
    select * from {{ ref('stg_adventureworks__product_costs') }}
),

line_costs as (
    select
        sales_lines.order_id,
        sales_lines.line_number,
        max_by(product_costs.standard_material_cost, product_costs.valid_from) as unit_cost
    from sales_lines
    inner join product_costs
        on
            sales_lines.product_id = product_costs.product_id
            and sales_lines.ordered_on >= product_costs.valid_from
    group by sales_lines.order_id, sales_lines.line_number
)

select
    sales_lines.order_id,
    sales_lines.line_number,
    sales_lines.unit_cost as source_unit_cost,
    line_costs.unit_cost as history_unit_cost
from sales_lines
left join line_costs
    on
        sales_lines.order_id = line_costs.order_id
        and sales_lines.line_number = line_costs.line_number
where
    sales_lines.unit_cost is distinct from line_costs.unit_cost
    or sales_lines.product_cost_amount
    <> cast(cast(sales_lines.quantity as decimal(12, 0)) * line_costs.unit_cost as decimal(18, 4))
