-- Grain: one row per order. An order that only takes goods back is a pure return and counts in no
-- order or line driver (method, section 3). An order dated from a merge on belongs to the surviving
-- customer; one that came after its month was closed is reported later (section 9). `customer_key`
-- 0 with a `customer_id` is an unknown customer, without one an order of nobody. Lines that became
-- known after the month of reporting was closed are not counted: the order stays what it was.
with

orders as (
    select * from {{ staged('orders') }}
),

order_lines as (
    select * from {{ staged('order_lines') }}
),

dated_orders as (
    {{ with_reporting_month('orders', 'ordered_on') }}
),

owned_orders as (
    {{ with_owner('dated_orders', 'ordered_on') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

lines_of_orders as (
    select
        order_lines.order_id,
        order_lines.quantity,
        order_lines.recorded_at,
        dated_orders.ordered_on,
        dated_orders.month as order_month
    from order_lines
    inner join dated_orders on order_lines.order_id = dated_orders.order_id
),

dated_lines as (
    {{ with_reporting_month('lines_of_orders', 'ordered_on') }}
),

line_counts as (
    select
        order_id,
        count(*) as order_line_count,
        count(*) filter (where quantity < 0) as return_line_count
    from dated_lines
    where month <= order_month
    group by order_id
),

final as (
    select
        {{ key_of('orders.order_id') }} as order_key,
        orders.order_id,
        coalesce(customers.customer_key, 0) as customer_key,
        orders.owner_customer_id as customer_id,
        orders.ordered_on,
        orders.month,
        orders.economic_month,
        orders.is_prior_period,
        orders.shipped_on,
        orders.currency_code,
        orders.promotion_id,
        orders.campaign_id,
        orders.sales_rep_id,
        coalesce(line_counts.order_line_count, 0) as order_line_count,
        coalesce(line_counts.return_line_count, 0) as return_line_count,
        coalesce(line_counts.order_line_count = line_counts.return_line_count, false)
            as is_pure_return
    from owned_orders as orders
    left join customers on orders.owner_customer_id = customers.customer_id
    left join line_counts on orders.order_id = line_counts.order_id
)

select * from final
