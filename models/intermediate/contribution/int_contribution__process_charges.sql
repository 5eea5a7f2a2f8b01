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

last_edges as (
    select
        month,
        'process_to_object' as stage,
        'process' as pool_type,
        pool_id,
        pool_id as source_id,
        receiver_type,
        receiver_key,
        reason,
        cost_category,
        is_cash_effective,
        amount
    from process_edges
    where receiver_type <> 'product'

    union all

    select
        month,
        stage,
        'product' as pool_type,
        pool_id,
        process_id as source_id,
        receiver_type,
        receiver_key,
        reason,
        cost_category,
        is_cash_effective,
        amount
    from product_edges
),

owned_edges as (
    {{ with_edge_owner('last_edges') }}
),

final as (
    select
        month,
        stage,
        pool_id,
        receiver_type,
        receiver_key,
        reason,
        source_id,
        line_id,
        object_level,
        object_key,
        cost_category,
        is_cash_effective,
        amount
    from owned_edges
)

select * from final
