{{ config(
    enabled=system_is_used('adventureworks'),
    meta={'dagster': {'ref': {'name': 'stg_adventureworks__sales_lines'}}}
) }}

-- The 4,170 days between the two systems, once more: no line was ordered outside the selling
-- dates of its product.
with

sales_lines as (
    select * from {{ ref('stg_adventureworks__sales_lines') }}
),

products as (
    select * from {{ source('adventureworks', 'product') }}
)

select
    sales_lines.order_id,
    sales_lines.line_number,
    sales_lines.ordered_on
from sales_lines
left join products on sales_lines.product_id = products.productnumber
where
    products.productnumber is null
    or sales_lines.ordered_on < {{ add_days('products.sellstartdate', -4170) }}
    or sales_lines.ordered_on > {{ add_days('products.sellenddate', -4170) }}
