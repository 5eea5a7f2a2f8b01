{{ config(
    enabled=system_is_used('adventureworks'),
    meta={'dagster': {'ref': {'name': 'fct_order_lines'}}}
) }}

-- From the source to core nothing is lost or added: for every order core's gross amount, net
-- amount, tax and freight are the source's totals, rounded to cents once.
with

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
        cast(sum(extendedamount) as decimal(18, 2)) as gross_amount,
        cast(sum(salesamount) as decimal(18, 2)) as net_amount,
        cast(sum(taxamt) as decimal(18, 2)) as tax_amount,
        cast(sum(freight) as decimal(18, 2)) as freight_amount
    from source_lines
    group by order_id
),

core_orders as (
    select
        order_id,
        sum(gross_amount) as gross_amount,
        sum(gross_amount - discount_amount) as net_amount,
        sum(tax_amount) as tax_amount
    from {{ ref('fct_order_lines') }}
    group by order_id
),

core_freight as (
    select
        order_id,
        sum(amount) as freight_amount
    from {{ ref('fct_order_costs') }}
    group by order_id
)

select
    coalesce(source_orders.order_id, core_orders.order_id, core_freight.order_id) as order_id,
    source_orders.net_amount as source_net_amount,
    core_orders.net_amount as core_net_amount
from source_orders
full outer join core_orders on source_orders.order_id = core_orders.order_id
full outer join core_freight on source_orders.order_id = core_freight.order_id
where
    source_orders.gross_amount is distinct from core_orders.gross_amount
    or source_orders.net_amount is distinct from core_orders.net_amount
    or source_orders.tax_amount is distinct from core_orders.tax_amount
    or coalesce(source_orders.freight_amount, -1) <> coalesce(core_freight.freight_amount, 0)
