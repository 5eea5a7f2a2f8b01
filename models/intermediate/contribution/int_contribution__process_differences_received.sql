-- Grain: one row per month, method, process and receiver: what the receiver would be charged more
-- under another method. Receivers are those of the process, orders as their customers; whoever is
-- no customer and no product is `other`. A process whose receivers have quantities of mixed sign
-- has no difference to charge (method, section 3; docs/decisions, 0015).
with

differences as (
    select * from {{ ref('int_costing__process_differences') }}
),

process_receivers as (
    select * from {{ ref('int_costing__process_receivers') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
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
            when quantities.receiver_type in ('product', 'customer') then quantities.receiver_id
            when orders.customer_key <> 0 then orders.customer_id
            else 'other'
        end as receiver_id,
        quantities.quantity
    from process_receivers as quantities
    left join orders
        on
            quantities.receiver_type = 'order'
            and quantities.receiver_id = orders.order_id
),

receiver_quantities as (
    select
        month,
        process_id,
        receiver_type,
        receiver_id,
        sum(quantity) as quantity
    from owned_quantities
    group by month, process_id, receiver_type, receiver_id
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
