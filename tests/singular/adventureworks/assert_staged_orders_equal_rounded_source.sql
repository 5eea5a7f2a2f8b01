{{ config(
    enabled=system_is_used('adventureworks'),
    meta={'dagster': {'ref': {'name': 'stg_adventureworks__order_lines'}}}
) }}

-- For every order the staged lines sum to the source's total, rounded to cents once.
with

order_lines as (
    select * from {{ ref('stg_adventureworks__order_lines') }}
),

order_costs as (
    select * from {{ ref('stg_adventureworks__order_costs') }}
),

source_lines as (
    select
        salesordernumber as order_id,
        extendedamount,
        salesamount,
        taxamt,
        freight
    from {{ source('adventureworks', 'fact_internet_sales') }}
    union all
    select
        salesordernumber as order_id,
        extendedamount,
        salesamount,
        taxamt,
        freight
    from {{ source('adventureworks', 'fact_reseller_sales') }}
),

source_orders as (
    select
        order_id,
        count(*) as line_count,
        cast(sum(extendedamount) as decimal(18, 2)) as gross_amount,
        cast(sum(salesamount) as decimal(18, 2)) as net_amount,
        cast(sum(taxamt) as decimal(18, 2)) as tax_amount,
        cast(sum(freight) as decimal(18, 2)) as freight_amount
    from source_lines
    group by order_id
),

staged_orders as (
    select
        order_id,
        count(*) as line_count,
        sum(gross_amount) as gross_amount,
        sum(gross_amount - discount_amount) as net_amount,
        sum(tax_amount) as tax_amount
    from order_lines
    group by order_id
),

staged_freight as (
    select
        order_id,
        sum(amount) as freight_amount
    from order_costs
    group by order_id
)

select
    coalesce(source_orders.order_id, staged_orders.order_id, staged_freight.order_id) as order_id,
    source_orders.net_amount as source_net_amount,
    staged_orders.net_amount as staged_net_amount
from source_orders
full outer join staged_orders on source_orders.order_id = staged_orders.order_id
full outer join staged_freight on source_orders.order_id = staged_freight.order_id
where
    source_orders.line_count is distinct from staged_orders.line_count
    or source_orders.gross_amount is distinct from staged_orders.gross_amount
    or source_orders.net_amount is distinct from staged_orders.net_amount
    or source_orders.tax_amount is distinct from staged_orders.tax_amount
    or coalesce(source_orders.freight_amount, -1) <> coalesce(staged_freight.freight_amount, 0)
