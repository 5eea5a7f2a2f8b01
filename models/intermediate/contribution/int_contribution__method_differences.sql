-- Grain: one row per month, method and customer: what contribution II would be more if service cost
-- centres were charged by another method, or processes by capacity or actual rates, than the
-- company does. What a process would charge more goes to its receivers by the same quantities; the
-- unused capacity that is left belongs to who causes it (method, section 3; docs/decisions, 0015).
with

differences as (
    select * from {{ ref('int_costing__process_differences') }}
),

received as (
    select * from {{ ref('int_contribution__process_differences_received') }}
),

processes as (
    select * from {{ ref('dim_processes') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
    where customer_key <> 0
),

methods as (
    select distinct allocation_method
    from received
),

product_differences as (
    select
        month,
        allocation_method,
        receiver_id as product_id,
        amount
    from received
    where receiver_type = 'product'
),

product_pools as ({{ difference_pools('product_differences', 'product_id') }}
),

product_receivers as (
    select
        month,
        pool_id as product_id,
        case when receiver_type = 'customer' then 'customer' else 'other' end as receiver_type,
        case when receiver_type = 'customer' then receiver_id else 'other' end as receiver_id,
        max(coalesce(weight, 1)) as weight
    from {{ ref('int_costing__product_costs_allocated') }}
    group by month, pool_id, receiver_type, receiver_id
),

product_weights as (
    select
        product_receivers.month,
        methods.allocation_method || '|' || product_receivers.product_id as pool_id,
        product_receivers.receiver_type,
        product_receivers.receiver_id,
        cast(0 as bigint) as receiver_key,
        product_receivers.weight
    from product_receivers
    cross join methods
    inner join product_pools
        on
            product_receivers.month = product_pools.month
            and methods.allocation_method || '|' || product_receivers.product_id
            = product_pools.pool_id
),

product_edges as (
    {{ allocate('product_pools', 'product_weights') }}
),

causing_customers as (
    select
        processes.process_id,
        coalesce(customers.customer_id, orders.customer_id) as customer_id
    from processes
    left join customers
        on processes.unused_capacity_object = 'customer:' || customers.customer_id
    left join orders
        on
            processes.unused_capacity_object = 'order:' || orders.order_id
            and orders.customer_key <> 0
    where
        customers.customer_id is not null
        or orders.order_id is not null
),

customer_amounts as (
    select
        month,
        allocation_method,
        receiver_id as customer_id,
        amount
    from received
    where receiver_type = 'customer'

    union all

    select
        month,
        pool_type as allocation_method,
        receiver_id as customer_id,
        amount
    from product_edges
    where receiver_type = 'customer'

    union all

    select
        differences.month,
        differences.allocation_method,
        causing_customers.customer_id,
        differences.unused_amount as amount
    from differences
    inner join causing_customers on differences.process_id = causing_customers.process_id
),

final as (
    select
        customer_amounts.month,
        customer_amounts.allocation_method,
        customers.customer_key,
        cast(-sum(customer_amounts.amount) as decimal(18, 2)) as contribution_2_difference_amount
    from customer_amounts
    inner join customers on customer_amounts.customer_id = customers.customer_id
    group by customer_amounts.month, customer_amounts.allocation_method, customers.customer_key
    having sum(customer_amounts.amount) <> 0
)

select * from final
