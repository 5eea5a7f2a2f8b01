{{ config(enabled=system_is_used('adventureworks'), materialized='table') }}

-- Grain: one line of an internet or reseller order, at the source's own scale (four decimals).
-- Amounts are in US dollars whatever the order's currency says: a product has one price list in
-- all of them. What the contract calls gross is the amount before discount, without tax.
with

internet_sales as (
    select * from {{ source('adventureworks', 'fact_internet_sales') }}
),

reseller_sales as (
    select * from {{ source('adventureworks', 'fact_reseller_sales') }}
),

internet_customers as (
    select * from {{ source('adventureworks', 'dim_customer') }}
),

resellers as (
    select * from {{ source('adventureworks', 'dim_reseller') }}
),

products as (
    select * from {{ source('adventureworks', 'dim_product') }}
),

sales as (
    select
        'internet' as channel,
        internet_sales.salesordernumber as order_id,
        internet_sales.salesorderlinenumber as line_number,
        'I-' || internet_customers.customeralternatekey as customer_id,
        cast(null as string) as sales_rep_id,
        internet_sales.productkey as product_version,
        internet_sales.orderdate as ordered_at,
        internet_sales.shipdate as shipped_at,
        internet_sales.orderquantity as quantity,
        internet_sales.extendedamount as gross_amount,
        internet_sales.salesamount as net_amount,
        internet_sales.taxamt as tax_amount,
        internet_sales.freight as freight_amount,
        internet_sales.productstandardcost as unit_cost,
        internet_sales.totalproductcost as product_cost_amount
    from internet_sales
    left join internet_customers
        on internet_sales.customerkey = internet_customers.customerkey

    union all

    select
        'reseller' as channel,
        reseller_sales.salesordernumber as order_id,
        reseller_sales.salesorderlinenumber as line_number,
        'R-' || resellers.reselleralternatekey as customer_id,
        'E-' || cast(reseller_sales.employeekey as string) as sales_rep_id,
        reseller_sales.productkey as product_version,
        reseller_sales.orderdate as ordered_at,
        reseller_sales.shipdate as shipped_at,
        reseller_sales.orderquantity as quantity,
        reseller_sales.extendedamount as gross_amount,
        reseller_sales.salesamount as net_amount,
        reseller_sales.taxamt as tax_amount,
        reseller_sales.freight as freight_amount,
        reseller_sales.productstandardcost as unit_cost,
        reseller_sales.totalproductcost as product_cost_amount
    from reseller_sales
    left join resellers
        on reseller_sales.resellerkey = resellers.resellerkey
),

final as (
    select
        sales.channel,
        sales.order_id,
        sales.line_number,
        sales.customer_id,
        sales.sales_rep_id,
        products.productalternatekey as product_id,
        cast(sales.ordered_at as date) as ordered_on,
        cast(sales.shipped_at as date) as shipped_on,
        cast(sales.quantity as decimal(18, 4)) as quantity,
        sales.gross_amount,
        sales.net_amount,
        sales.tax_amount,
        sales.freight_amount,
        sales.unit_cost,
        sales.product_cost_amount
    from sales
    left join products
        on sales.product_version = products.productkey
)

select * from final
