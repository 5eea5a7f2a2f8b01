-- Grain: one row per customer, month, quantity and, for driver quantities, process: orders placed
-- (`order_count`), units sold (`unit_count`), and of each process of the levels order and customer
-- the driver quantity that the customer and its orders caused (`driver_quantity`; method, section
-- 8).
with

processes as (
    select process_id
    from {{ ref('dim_processes') }}
    where object_level in ('order', 'customer')
),

orders as (
    select
        order_key,
        customer_key
    from {{ ref('fct_orders') }}
),

process_quantities as (
    select
        month,
        process_id,
        receiver_type,
        receiver_key,
        case when receiver_type = 'order' then receiver_key end as order_key,
        quantity
    from {{ ref('int_costing__process_quantities') }}
    where
        receiver_type in ('order', 'customer')
        and process_id in (select process_id from processes)
),

all_quantities as (
    select
        customer_key,
        month,
        'order_count' as quantity_id,
        cast(null as string) as process_id,
        order_count as quantity
    from {{ ref('int_contribution__order_process_costs') }}

    union all

    select
        object_key as customer_key,
        month,
        'unit_count' as quantity_id,
        cast(null as string) as process_id,
        quantity
    from {{ ref('int_contribution__product_sales_monthly') }}
    where object_level = 'customer'

    union all

    select
        coalesce(orders.customer_key, process_quantities.receiver_key) as customer_key,
        process_quantities.month,
        'driver_quantity' as quantity_id,
        process_quantities.process_id,
        process_quantities.quantity
    from process_quantities
    left join orders on process_quantities.order_key = orders.order_key
),

final as (
    select
        customer_key,
        month,
        quantity_id,
        process_id,
        cast(sum(quantity) as decimal(18, 4)) as quantity
    from all_quantities
    where customer_key <> 0
    group by customer_key, month, quantity_id, process_id
    having sum(quantity) <> 0
)

select * from final
