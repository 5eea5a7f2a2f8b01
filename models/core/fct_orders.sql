-- Grain: one row per order. An order that only takes goods back is a pure return and counts in no
-- order or line driver (method, section 3). `customer_key` 0 with a `customer_id` is an unknown
-- customer, without one an order of nobody.
with

orders as (
    select * from {{ staged('orders') }}
),

order_lines as (
    select * from {{ staged('order_lines') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

line_counts as (
    select
        order_id,
        count(*) as order_line_count,
        count(*) filter (where quantity < 0) as return_line_count
    from order_lines
    group by order_id
),

final as (
    select
        {{ key_of('orders.order_id') }} as order_key,
        orders.order_id,
        coalesce(customers.customer_key, 0) as customer_key,
        orders.customer_id,
        orders.ordered_on,
        {{ month_of('orders.ordered_on') }} as month,
        orders.shipped_on,
        orders.currency_code,
        orders.promotion_id,
        orders.campaign_id,
        orders.sales_rep_id,
        coalesce(line_counts.order_line_count, 0) as order_line_count,
        coalesce(line_counts.return_line_count, 0) as return_line_count,
        coalesce(line_counts.order_line_count = line_counts.return_line_count, false)
            as is_pure_return
    from orders
    left join customers on orders.customer_id = customers.customer_id
    left join line_counts on orders.order_id = line_counts.order_id
)

select * from final
