-- Grain: one row per month, method and customer: what contribution II would be more if service cost
-- centres were charged by another method, or processes by capacity or actual rates, than the
-- company does. The difference of each process goes to its receivers by the same quantities; what
-- is charged more leaves less capacity unused. At standard rates another cost is spending, and
-- changes nobody's contribution (method, section 3; docs/decisions, 0015).
with

process_pools as (
    select
        month,
        process_id,
        cast(sum(amount) as decimal(18, 2)) as process_cost_amount,
        cast(sum(spending_variance_amount) as decimal(18, 2)) as spending_variance_amount
    from {{ ref('int_costing__process_pools') }}
    group by month, process_id
),

unused_capacity as (
    select
        month,
        pool_id as process_id,
        cast(sum(amount) as decimal(18, 2)) as unused_capacity_cost_amount
    from {{ ref('int_costing__processes_allocated') }}
    where receiver_type = 'capacity'
    group by month, pool_id
),

capacities as (
    {{ dated('process_capacities', ['process_id'], ['practical_capacity_quantity']) }}
),

process_quantities as (
    select * from {{ ref('int_costing__process_quantities') }}
),

quantities as (
    select
        month,
        process_id,
        cast(sum(quantity) as decimal(18, 4)) as actual_quantity
    from process_quantities
    group by month, process_id
),

process_rates as (
    select
        quantities.month,
        quantities.process_id,
        cast(capacities.practical_capacity_quantity as decimal(18, 4))
            as practical_capacity_quantity,
        quantities.actual_quantity,
        coalesce(process_pools.process_cost_amount, 0) as process_cost_amount,
        coalesce(process_pools.spending_variance_amount, 0) as spending_variance_amount,
        coalesce(unused_capacity.unused_capacity_cost_amount, 0) as unused_capacity_cost_amount
    from quantities
    left join capacities
        on
            quantities.month = capacities.month
            and quantities.process_id = capacities.process_id
    left join process_pools
        on
            quantities.month = process_pools.month
            and quantities.process_id = process_pools.process_id
    left join unused_capacity
        on
            quantities.month = unused_capacity.month
            and quantities.process_id = unused_capacity.process_id
),

service_differences as (
    select * from {{ ref('int_costing__service_method_differences') }}
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

-- What stands for the charged part at each rate: all of the cost, or its used part, at most once.
rate_targets as (
    select
        month,
        process_id,
        process_cost_amount - unused_capacity_cost_amount - spending_variance_amount
            as charged_amount,
        unused_capacity_cost_amount as unused_amount,
        process_cost_amount,
        {{ proportion(
            'process_cost_amount',
            'case when practical_capacity_quantity > 0 and actual_quantity >= 0 '
            ~ 'then actual_quantity else 0 end',
            'case when practical_capacity_quantity > 0 then practical_capacity_quantity else 1 end',
            scale=4
        ) }} as used_amount,
        coalesce(practical_capacity_quantity, 0) > 0 as has_capacity
    from process_rates
    where actual_quantity > 0
),

differences as (
    select
        service_differences.month,
        service_differences.allocation_method,
        service_differences.process_id,
        case
            when processes.charging_rate_basis = 'actual' then service_differences.amount
            when
                coalesce(process_rates.practical_capacity_quantity, 0) <= 0
                or coalesce(process_rates.actual_quantity, 0) <= 0
                then cast(0 as decimal(18, 2))
            else {{ proportion(
                'service_differences.amount',
                'process_rates.actual_quantity',
                'coalesce(nullif(process_rates.practical_capacity_quantity, 0), 1)',
                scale=4
            ) }}
        end as charged_amount,
        service_differences.amount
    from service_differences
    left join process_rates
        on
            service_differences.month = process_rates.month
            and service_differences.process_id = process_rates.process_id
    left join processes on service_differences.process_id = processes.process_id
    where processes.charging_rate_basis <> 'standard'

    union all

    select
        month,
        'actual_rates' as allocation_method,
        process_id,
        process_cost_amount - charged_amount as charged_amount,
        process_cost_amount - charged_amount - unused_amount as amount
    from rate_targets

    union all

    select
        month,
        'capacity_rates' as allocation_method,
        process_id,
        used_amount - charged_amount as charged_amount,
        process_cost_amount - charged_amount - unused_amount as amount
    from rate_targets
    where has_capacity
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
    from process_quantities as quantities
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

product_differences as (
    select
        month,
        pool_type as allocation_method,
        receiver_id as product_id,
        amount
    from edges
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
        pool_type as allocation_method,
        receiver_id as customer_id,
        amount
    from edges
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
        differences.amount - differences.charged_amount as amount
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
