-- Grain: an allocation edge from a product to the customers who bought it. The cost of a
-- product-level event without an order or customer follows the month's sold quantity of the
-- product; nothing sold, it stays on the product as `no_sales` (method, section 3).
with

product_edges as (
    select *
    from {{ ref('int_costing__processes_allocated') }}
    where receiver_type = 'product'
),

order_lines as (
    select * from {{ ref('fct_order_lines') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

pools as (
    select
        month,
        'product_to_owner' as stage,
        'product' as pool_type,
        receiver_id as pool_id,
        cost_category,
        is_cash_effective,
        'sold_quantity' as driver_id,
        cast(sum(amount) as decimal(18, 2)) as amount,
        cast(null as decimal(18, 4)) as capacity_weight,
        'product' as unallocated_type,
        receiver_id as unallocated_id,
        receiver_key as unallocated_key,
        'no_sales' as unallocated_reason
    from product_edges
    group by month, receiver_id, receiver_key, cost_category, is_cash_effective
    having sum(amount) <> 0
),

sold_quantities as (
    select
        order_lines.month,
        order_lines.product_id,
        order_lines.customer_key,
        case
            when order_lines.customer_key <> 0 then null
            when order_lines.order_key = 0 then 'unknown_order'
            when order_lines.customer_id is not null then 'unknown_customer'
            else order_lines.order_id
        end as other_id,
        case
            when order_lines.customer_key <> 0 then 'customer'
            when order_lines.order_key = 0 or order_lines.customer_id is not null
                then 'unassigned'
            else 'order'
        end as receiver_type,
        sum(order_lines.quantity) as quantity
    from order_lines
    where
        not order_lines.is_return
        and order_lines.product_id in (select pool_id from pools)
    group by
        order_lines.month,
        order_lines.product_id,
        order_lines.customer_key,
        other_id,
        receiver_type
),

weights as (
    select
        sold_quantities.month,
        sold_quantities.product_id as pool_id,
        sold_quantities.receiver_type,
        coalesce(sold_quantities.other_id, customers.customer_id) as receiver_id,
        {{ key_of('coalesce(sold_quantities.other_id, customers.customer_id)') }} as receiver_key,
        sold_quantities.quantity as weight
    from sold_quantities
    inner join customers on sold_quantities.customer_key = customers.customer_key
),

final as (
    {{ allocate('pools', 'weights') }}
)

select * from final
