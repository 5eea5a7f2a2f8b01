-- Grain: an allocation edge from a product and process to the customers who bought the product.
-- What a process charges for product-level events without an order or customer is a pool of its own
-- for each product; it follows the month's sold quantity of the product; nothing sold, it stays on
-- the product as `no_sales` (method, section 3; docs/decisions, 0017).
with

product_edges as (
    select
        month,
        receiver_id as product_id,
        receiver_key as product_key,
        pool_id as process_id,
        -- The key is digits, so that two pairs never make one name.
        pool_id || '|' || cast(receiver_key as string) as pair_id,
        cost_category,
        is_cash_effective,
        amount
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
        pair_id as pool_id,
        cost_category,
        is_cash_effective,
        'sold_quantity' as driver_id,
        cast(sum(amount) as decimal(18, 2)) as amount,
        cast(null as decimal(18, 4)) as capacity_weight,
        'product' as unallocated_type,
        product_id as unallocated_id,
        product_key as unallocated_key,
        'no_sales' as unallocated_reason
    from product_edges
    group by month, pair_id, product_id, product_key, cost_category, is_cash_effective
    having sum(amount) <> 0
),

pairs as (
    select distinct
        month,
        pair_id,
        product_id,
        process_id
    from product_edges
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
        and quantity <> 0
        and product_id in (select pairs.product_id from pairs)
),

sold_quantities as (
    select
        sold_lines.month,
        sold_lines.product_id,
        sold_lines.receiver_type,
        case sold_lines.receiver_type
            when 'customer' then customers.customer_id
            when 'order' then sold_lines.order_id
            else sold_lines.reason_id
        end as receiver_id,
        sold_lines.receiver_key,
        sum(sold_lines.quantity) as quantity
    from sold_lines
    inner join customers on sold_lines.customer_key = customers.customer_key
    group by
        sold_lines.month,
        sold_lines.product_id,
        sold_lines.receiver_type,
        case sold_lines.receiver_type
            when 'customer' then customers.customer_id
            when 'order' then sold_lines.order_id
            else sold_lines.reason_id
        end,
        sold_lines.receiver_key
),

weights as (
    select
        sold_quantities.month,
        pairs.pair_id as pool_id,
        sold_quantities.receiver_type,
        sold_quantities.receiver_id,
        sold_quantities.receiver_key,
        sold_quantities.quantity as weight
    from sold_quantities
    inner join pairs
        on
            sold_quantities.month = pairs.month
            and sold_quantities.product_id = pairs.product_id
),

edges as (
    {{ allocate('pools', 'weights') }}
),

final as (
    select
        edges.month,
        edges.stage,
        edges.pool_type,
        pairs.product_id as pool_id,
        pairs.process_id,
        edges.cost_category,
        edges.is_cash_effective,
        edges.receiver_type,
        edges.receiver_id,
        edges.receiver_key,
        edges.driver_id,
        edges.weight,
        edges.pool_weight,
        edges.amount,
        edges.reason
    from edges
    inner join pairs
        on
            edges.month = pairs.month
            and edges.pool_id = pairs.pair_id
)

select * from final
