-- Grain: one row per month, method, process and receiver: what the receiver would be charged more
-- under another method. Receivers are those of the process, orders as their customers; whoever is
-- no customer and no product is `other`. A process whose receivers have quantities of mixed sign
-- has no difference to charge (method, section 3; docs/decisions, 0015).
with

differences as (
    select * from {{ ref('int_costing__process_differences') }}
),

process_quantities as (
    select * from {{ ref('int_costing__process_quantities') }}
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

charged_differences as (
    select
        month,
        allocation_method,
        process_id,
        charged_amount as amount
    from differences
),

pools as ({{ difference_pools('charged_differences', 'process_id') }}
),

methods as (
    select distinct allocation_method
    from differences
),

-- The receivers of a process, orders as their customers: who is no customer and no product is one.
owned_quantities as (
    select
        quantities.month,
        quantities.process_id,
        case
            when quantities.receiver_type = 'product' then 'product'
            when quantities.receiver_type = 'customer' or orders.customer_key <> 0 then 'customer'
            else 'other'
        end as receiver_type,
        case
            when quantities.receiver_type in ('product', 'customer') then quantities.receiver_key
            when orders.customer_key <> 0 then orders.customer_key
            else 0
        end as receiver_key,
        quantities.quantity
    from process_quantities as quantities
    left join orders
        on
            case quantities.receiver_type when 'order' then quantities.receiver_key end
            = orders.order_key
),

owner_quantities as (
    select
        month,
        process_id,
        receiver_type,
        receiver_key,
        sum(quantity) as quantity
    from owned_quantities
    group by month, process_id, receiver_type, receiver_key
),

receiver_quantities as (
    select
        owner_quantities.month,
        owner_quantities.process_id,
        owner_quantities.receiver_type,
        case owner_quantities.receiver_type
            when 'product' then products.product_id
            when 'customer' then customers.customer_id
            else 'other'
        end as receiver_id,
        owner_quantities.quantity
    from owner_quantities
    left join customers on owner_quantities.receiver_key = customers.customer_key
    left join products on owner_quantities.receiver_key = products.product_key
),

weights as (
    select
        receiver_quantities.month,
        methods.allocation_method || '|' || receiver_quantities.process_id as pool_id,
        receiver_quantities.receiver_type,
        receiver_quantities.receiver_id,
        cast(0 as bigint) as receiver_key,
        receiver_quantities.quantity as weight
    from receiver_quantities
    cross join methods
    inner join pools
        on
            receiver_quantities.month = pools.month
            and methods.allocation_method || '|' || receiver_quantities.process_id = pools.pool_id
),

edges as (
    {{ allocate('pools', 'weights') }}
),

final as (
    select
        month,
        pool_type as allocation_method,
        driver_id as process_id,
        receiver_type,
        receiver_id,
        amount
    from edges
)

select * from final
