-- Grain: one row per month, process and receiver: its quantity, with the receiver's id. A view, so
-- that the ids of millions of orders are not stored once more.
{{ config(materialized='view') }}

with

quantities as (
    select
        process_quantities.*,
        case when receiver_type = 'order' then receiver_key end as order_key,
        case when receiver_type = 'customer' then receiver_key end as customer_key,
        case when receiver_type = 'product' then receiver_key end as product_key
    from {{ ref('int_costing__process_quantities') }} as process_quantities
),

orders as (
    select * from {{ ref('fct_orders') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

products as (
    select * from {{ ref('dim_products') }}
),

final as (
    select
        quantities.month,
        quantities.process_id,
        quantities.receiver_type,
        coalesce(
            quantities.segment_or_reason_id,
            orders.order_id,
            customers.customer_id,
            products.product_id
        ) as receiver_id,
        quantities.receiver_key,
        quantities.quantity
    from quantities
    left join orders on quantities.order_key = orders.order_key
    left join customers on quantities.customer_key = customers.customer_key
    left join products on quantities.product_key = products.product_key
)

select * from final
