-- Grain: one row per main process and month with cost or with work done: its cost, capacity and
-- quantity, empty where there is none, and where the cost went. Charged is what objects were
-- charged; what went to nobody stands apart (method, section 3).
with

process_pools as (
    select
        month,
        process_id,
        cast(sum(amount) as decimal(18, 2)) as process_cost_amount,
        max(standard_cost_rate) as standard_cost_rate
    from {{ ref('int_costing__process_pools') }}
    group by month, process_id
),

capacities as (
    {{ dated('process_capacities', ['process_id'], ['practical_capacity_quantity']) }}
),

quantities as (
    select
        month,
        process_id,
        cast(sum(quantity) as decimal(18, 4)) as actual_quantity
    from {{ ref('int_costing__process_quantities') }}
    group by month, process_id
),

outcomes as (
    select
        month,
        pool_id as process_id,
        sum(amount) filter (where receiver_type not in ('capacity', 'company', 'unassigned'))
            as charged_amount,
        sum(amount) filter (where receiver_type = 'capacity') as unused_capacity_cost_amount,
        sum(amount) filter (where reason = 'spending') as spending_variance_amount,
        sum(amount) filter (where receiver_type = 'unassigned') as unassigned_amount
    from {{ ref('int_costing__processes_allocated') }}
    group by month, pool_id
),

process_months as (
    select month, process_id from process_pools
    union
    select month, process_id from quantities
),

final as (
    select
        process_months.month,
        process_months.process_id,
        process_pools.process_cost_amount,
        cast(capacities.practical_capacity_quantity as decimal(18, 4))
            as practical_capacity_quantity,
        quantities.actual_quantity,
        cast(process_pools.standard_cost_rate as decimal(17, 8)) as standard_cost_rate,
        cast(coalesce(outcomes.charged_amount, 0) as decimal(18, 2)) as charged_amount,
        cast(coalesce(outcomes.unused_capacity_cost_amount, 0) as decimal(18, 2))
            as unused_capacity_cost_amount,
        cast(coalesce(outcomes.spending_variance_amount, 0) as decimal(18, 2))
            as spending_variance_amount,
        cast(coalesce(outcomes.unassigned_amount, 0) as decimal(18, 2)) as unassigned_amount
    from process_months
    left join process_pools
        on
            process_months.process_id = process_pools.process_id
            and process_months.month = process_pools.month
    left join capacities
        on
            process_months.process_id = capacities.process_id
            and process_months.month = capacities.month
    left join quantities
        on
            process_months.process_id = quantities.process_id
            and process_months.month = quantities.month
    left join outcomes
        on
            process_months.process_id = outcomes.process_id
            and process_months.month = outcomes.month
)

select * from final
