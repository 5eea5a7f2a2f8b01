{{ config(
    enabled=system_is_used('adventureworks'),
    meta={'dagster': {'ref': {'name': 'stg_adventureworks__order_lines_distributed'}}}
) }}

-- Distribution moves no line by more than its own cent and the half cent of its order's total,
-- and gives a line without discount none.
with

sales_lines as (
    select * from {{ ref('stg_adventureworks__sales_lines') }}
),

distributed_lines as (
    select * from {{ ref('stg_adventureworks__order_lines_distributed') }}
)

select
    coalesce(sales_lines.order_id, distributed_lines.order_id) as order_id,
    coalesce(sales_lines.line_number, distributed_lines.line_number) as line_number
from sales_lines
full outer join distributed_lines
    on
        sales_lines.order_id = distributed_lines.order_id
        and sales_lines.line_number = distributed_lines.line_number
where
    sales_lines.order_id is null
    or distributed_lines.order_id is null
    or abs(sales_lines.gross_amount - distributed_lines.gross_amount) >= 0.015
    or abs(sales_lines.tax_amount - distributed_lines.tax_amount) >= 0.015
    or abs(sales_lines.freight_amount - distributed_lines.freight_amount) >= 0.015
    or abs(
        sales_lines.gross_amount - sales_lines.net_amount - distributed_lines.discount_amount
    ) >= 0.02
    or (
        sales_lines.gross_amount = sales_lines.net_amount
        and distributed_lines.discount_amount <> 0
    )
