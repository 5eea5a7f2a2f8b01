-- Grain: one row per last allocation edge: whose it is, and on which line. An order's share belongs
-- to its customer; unused capacity to the object that the process declares as its cause, else to
-- the company's capacity (method, sections 3 and 5). A view over the edges, which stand once;
-- postings and cash flow sum it as they need.
{{ config(materialized='view') }}

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

receivers as (
    select
        process_edges.month,
        process_edges.stage,
        process_edges.pool_id,
        process_edges.receiver_type,
        process_edges.receiver_key as receiver_object_key,
        process_edges.pool_id as source_id,
        processes.object_level as process_level,
        case
            when process_edges.receiver_type = 'capacity'
                then coalesce(causing_objects.object_level, 'capacity')
            else process_edges.receiver_type
        end as receiver_level,
        case
            when process_edges.receiver_type = 'capacity'
                then coalesce(causing_objects.object_key, process_edges.receiver_key)
            else process_edges.receiver_key
        end as receiver_key,
        process_edges.receiver_type = 'capacity' as is_unused_capacity,
        process_edges.reason,
        process_edges.cost_category,
        process_edges.is_cash_effective,
        process_edges.amount
    from process_edges
    inner join processes on process_edges.pool_id = processes.process_id
    left join causing_objects on processes.process_id = causing_objects.process_id
    where process_edges.receiver_type <> 'product'

    union all

    select
        month,
        stage,
        pool_id,
        receiver_type,
        receiver_key as receiver_object_key,
        process_id as source_id,
        'product' as process_level,
        receiver_type as receiver_level,
        receiver_key,
        false as is_unused_capacity,
        reason,
        cost_category,
        is_cash_effective,
        amount
    from product_edges
),

ordered_receivers as (
    select
        receivers.*,
        case when receiver_level = 'order' then receiver_key end as order_key
    from receivers
),

final as (
    select
        receivers.month,
        receivers.stage,
        receivers.pool_id,
        receivers.receiver_type,
        receivers.receiver_object_key as receiver_key,
        receivers.reason,
        receivers.source_id,
        case
            when receivers.reason = 'spending' then 'variance_spending'
            when receivers.receiver_level = 'capacity' then 'unused_capacity'
            when receivers.is_unused_capacity then 'caused_unused_capacity'
            when receivers.receiver_level = 'unassigned' then 'unassigned'
            else object_levels.processing_line_id
        end as line_id,
        case
            when orders.order_key is null then receivers.receiver_level
            when orders.customer_key <> 0 then 'customer'
            when orders.customer_id is not null then 'unassigned'
            else 'order'
        end as object_level,
        case
            when orders.order_key is null then receivers.receiver_key
            when orders.customer_key <> 0 then orders.customer_key
            when orders.customer_id is not null then {{ key_of("'unknown_customer'") }}
            else orders.order_key
        end as object_key,
        receivers.cost_category,
        receivers.is_cash_effective,
        receivers.amount
    from ordered_receivers as receivers
    inner join object_levels on receivers.process_level = object_levels.object_level
    left join orders on receivers.order_key = orders.order_key
)

select * from final
