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

sold_lines as (
    select
        month,
        product_id,
        quantity,
        customer_key,
        order_id,
        {{ document_owner_level() }} as receiver_type,
        {{ document_owner_key() }} as receiver_key,
        case when order_key = 0 then 'unknown_order' else 'unknown_customer' end as reason_id
    from order_lines
    where
        not is_return
        and product_id in (select pool_id from pools)
),

weights as (
    select
        sold_lines.month,
        sold_lines.product_id as pool_id,
        sold_lines.receiver_type,
        case sold_lines.receiver_type
            when 'customer' then customers.customer_id
            when 'order' then sold_lines.order_id
            else sold_lines.reason_id
        end as receiver_id,
        sold_lines.receiver_key,
        sold_lines.quantity as weight
    from sold_lines
    inner join customers on sold_lines.customer_key = customers.customer_key
),

final as (
    {{ allocate('pools', 'weights') }}
)

select * from final
