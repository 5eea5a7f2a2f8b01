-- Grain: one row per month, process (or `product` for costs that followed sold quantities), and
-- object: what the last allocation edges say, as an effect on profit. An order's share belongs to
-- its customer; unused capacity to the object that the process declares as its cause, else to the
-- company's capacity (method, sections 3 and 5).
with

process_edges as (
    select * from {{ ref('int_costing__processes_allocated') }}
),

product_edges as (
    select * from {{ ref('int_costing__product_costs_allocated') }}
),

processes as (
    select * from {{ ref('dim_processes') }}
),

object_levels as (
    select * from {{ ref('object_levels') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

causing_objects as (
    select
        process_id,
        substr(unused_capacity_object, 1, position(':' in unused_capacity_object) - 1)
            as object_level,
        {{ key_of(
            "substr(unused_capacity_object, position(':' in unused_capacity_object) + 1)"
        ) }} as object_key
    from processes
    where unused_capacity_object like '%:%'
),

edges as (
    select
        process_edges.month,
        process_edges.pool_id as source_id,
        processes.object_level as process_level,
        process_edges.receiver_type,
        process_edges.receiver_key,
        case when process_edges.receiver_type = 'order' then process_edges.receiver_key end
            as order_key,
        process_edges.reason,
        causing_objects.object_level as causing_level,
        causing_objects.object_key as causing_key,
        process_edges.amount
    from process_edges
    inner join processes on process_edges.pool_id = processes.process_id
    left join causing_objects on processes.process_id = causing_objects.process_id
    where process_edges.receiver_type <> 'product'

    union all

    select
        month,
        'product' as source_id,
        'product' as process_level,
        receiver_type,
        receiver_key,
        case when receiver_type = 'order' then receiver_key end as order_key,
        reason,
        cast(null as string) as causing_level,
        cast(null as bigint) as causing_key,
        amount
    from product_edges
),

owned_edges as (
    select
        edges.month,
        edges.source_id,
        case
            when edges.reason = 'spending' then 'variance_spending'
            when edges.receiver_type = 'capacity' and edges.causing_level is not null
                then 'caused_unused_capacity'
            when edges.receiver_type = 'capacity' then 'unused_capacity'
            when edges.receiver_type = 'unassigned' then 'unassigned'
            else object_levels.processing_line_id
        end as line_id,
        case
            when edges.receiver_type = 'capacity' then coalesce(edges.causing_level, 'capacity')
            when edges.receiver_type = 'order' and orders.customer_key <> 0 then 'customer'
            when edges.receiver_type = 'order' and orders.customer_id is not null
                then 'unassigned'
            else edges.receiver_type
        end as object_level,
        case
            when edges.receiver_type = 'capacity' and edges.causing_level is not null
                then edges.causing_key
            when edges.receiver_type = 'order' and orders.customer_key <> 0
                then orders.customer_key
            when edges.receiver_type = 'order' and orders.customer_id is not null
                then {{ key_of("'unknown_customer'") }}
            else edges.receiver_key
        end as object_key,
        edges.amount
    from edges
    inner join object_levels on edges.process_level = object_levels.object_level
    left join orders on edges.order_key = orders.order_key
),

final as (
    select
        month,
        source_id,
        object_level,
        object_key,
        line_id,
        cast(-sum(amount) as decimal(18, 2)) as profit_amount
    from owned_edges
    group by month, source_id, object_level, object_key, line_id
    having sum(amount) <> 0
)

select * from final
