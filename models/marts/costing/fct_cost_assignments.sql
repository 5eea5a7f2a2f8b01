-- Grain: one row per month, stage, pool, cost category, cash-effectiveness, receiver and driver:
-- all allocation edges, from service cost centre to customer. For each pool the edges sum to the
-- pool (method, section 4). Cost is positive. A view over the edges, which stand once. `process_id`
-- says from a process on whose cost it is: what a product hands on is a pool for each process.
{{ config(materialized='view') }}

with

{% set edge_models = [
    'int_costing__service_costs_allocated', 'int_costing__cost_centers_allocated',
    'int_costing__neutral_costs_allocated', 'int_costing__activities_allocated',
    'int_costing__product_costs_allocated'
] -%}

process_edges as (
    select * from {{ ref('int_costing__processes_allocated') }}
),

processes as (
    select * from {{ ref('dim_processes') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

edges as (
    {% for edge_model in edge_models -%}
    select
        month,
        stage,
        pool_type,
        pool_id,
        {% if edge_model == 'int_costing__product_costs_allocated' -%}
        process_id,
        {% else -%}
        cast(null as string) as process_id,
        {% endif -%}
        cost_category,
        is_cash_effective,
        receiver_type,
        receiver_id,
        receiver_key,
        driver_id,
        weight,
        pool_weight,
        amount,
        reason
    from {{ ref(edge_model) }}

    union all

    {% endfor -%}
    select
        process_edges.month,
        'process_to_object' as stage,
        'process' as pool_type,
        process_edges.pool_id,
        process_edges.pool_id as process_id,
        process_edges.cost_category,
        process_edges.is_cash_effective,
        process_edges.receiver_type,
        process_edges.receiver_id,
        process_edges.receiver_key,
        processes.driver_id,
        process_edges.weight,
        process_edges.pool_weight,
        process_edges.amount,
        process_edges.reason
    from process_edges
    left join processes on process_edges.pool_id = processes.process_id
),

final as (
    select
        edges.*,
        settings.value as currency_code
    from edges
    cross join settings
)

select * from final
