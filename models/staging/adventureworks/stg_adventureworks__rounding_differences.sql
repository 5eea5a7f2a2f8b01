{{ config(enabled=system_is_used('adventureworks'), materialized='table') }}

-- Grain: channel, month of order, measure. What rounding to cents leaves against the source:
-- rounding_amount = staged_amount - source_amount, shown and never spread.
with

sales_lines as (
    select * from {{ ref('stg_adventureworks__sales_lines') }}
),

distributed_lines as (
    select * from {{ ref('stg_adventureworks__order_lines_distributed') }}
),

product_costs as (
    select * from {{ ref('stg_adventureworks__product_costs') }}
),

-- Standard cost as the method takes it: valid on the order date, quantity x cost, rounded a line.
line_costs as (
    select
        distributed_lines.order_id,
        distributed_lines.line_number,
        max_by(product_costs.standard_material_cost, product_costs.valid_from) as unit_cost
    from distributed_lines
    inner join product_costs
        on
            distributed_lines.product_id = product_costs.product_id
            and distributed_lines.ordered_on >= product_costs.valid_from
    group by distributed_lines.order_id, distributed_lines.line_number
),

sums as (
    select
        sales_lines.channel,
        {{ month_of('sales_lines.ordered_on') }} as month,
        sum(sales_lines.gross_amount) as source_gross,
        sum(distributed_lines.gross_amount) as staged_gross,
        sum(sales_lines.gross_amount - sales_lines.net_amount) as source_discount,
        sum(distributed_lines.discount_amount) as staged_discount,
        sum(sales_lines.tax_amount) as source_tax,
        sum(distributed_lines.tax_amount) as staged_tax,
        sum(sales_lines.freight_amount) as source_freight,
        sum(distributed_lines.freight_amount) as staged_freight,
        sum(sales_lines.product_cost_amount) as source_product_cost,
        sum(
            cast(
                cast(distributed_lines.quantity as decimal(20, 4))
                * cast(line_costs.unit_cost as decimal(16, 6)) as decimal(18, 2)
            )
        ) as staged_product_cost
    from sales_lines
    full outer join distributed_lines
        on
            sales_lines.order_id = distributed_lines.order_id
            and sales_lines.line_number = distributed_lines.line_number
    left join line_costs
        on
            distributed_lines.order_id = line_costs.order_id
            and distributed_lines.line_number = line_costs.line_number
    group by sales_lines.channel, {{ month_of('sales_lines.ordered_on') }}
),

measures as (
    select known_measures.measure
    from (
        values ('gross'), ('discount'), ('tax'), ('freight'), ('product_cost')
    ) as known_measures (measure)
),

sums_by_measure as (
    select
        sums.channel,
        sums.month,
        measures.measure,
        case measures.measure
            when 'gross' then sums.source_gross
            when 'discount' then sums.source_discount
            when 'tax' then sums.source_tax
            when 'freight' then sums.source_freight
            when 'product_cost' then sums.source_product_cost
        end as source_amount,
        case measures.measure
            when 'gross' then sums.staged_gross
            when 'discount' then sums.staged_discount
            when 'tax' then sums.staged_tax
            when 'freight' then sums.staged_freight
            when 'product_cost' then sums.staged_product_cost
        end as staged_amount
    from sums
    cross join measures
),

final as (
    select
        channel,
        month,
        measure,
        cast(coalesce(source_amount, 0) as decimal(18, 4)) as source_amount,
        cast(coalesce(staged_amount, 0) as decimal(18, 2)) as staged_amount,
        cast(
            coalesce(staged_amount, 0) - coalesce(source_amount, 0) as decimal(18, 4)
        ) as rounding_amount
    from sums_by_measure
)

select * from final
