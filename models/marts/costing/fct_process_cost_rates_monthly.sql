-- Grain: one row per main process and month with cost or with work done: cost, capacity, quantity
-- and the rates between them, and where the cost went (method, section 3). Rates are for display;
-- nothing is posted from them.
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

processes as (
    select * from {{ ref('dim_processes') }}
),

process_shares as (
    select * from {{ ref('int_costing__process_shares') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

process_months as (
    select month, process_id from process_pools
    union
    select month, process_id from quantities
),

final as (
    select
        process_months.process_id,
        process_months.month,
        processes.process_name,
        processes.object_level,
        processes.driver_id,
        processes.charging_rate_basis,
        coalesce(process_pools.process_cost_amount, 0) as process_cost_amount,
        cast(capacities.practical_capacity_quantity as decimal(18, 4))
            as practical_capacity_quantity,
        coalesce(quantities.actual_quantity, 0) as actual_quantity,
        {{ ratio('process_pools.process_cost_amount', 'capacities.practical_capacity_quantity') }}
            as capacity_cost_rate,
        {{ ratio('process_pools.process_cost_amount', 'quantities.actual_quantity') }}
            as actual_cost_rate,
        cast(process_pools.standard_cost_rate as decimal(17, 8)) as standard_cost_rate,
        {{ ratio('capacities.practical_capacity_quantity', 'process_pools.process_cost_amount') }}
            as productivity,
        {{ ratio('quantities.actual_quantity', 'capacities.practical_capacity_quantity') }}
            as utilisation,
        cast(coalesce(outcomes.charged_amount, 0) as decimal(18, 2)) as charged_amount,
        cast(coalesce(outcomes.unused_capacity_cost_amount, 0) as decimal(18, 2))
            as unused_capacity_cost_amount,
        cast(coalesce(outcomes.spending_variance_amount, 0) as decimal(18, 2))
            as spending_variance_amount,
        cast(coalesce(outcomes.unassigned_amount, 0) as decimal(18, 2)) as unassigned_amount,
        cast(coalesce(process_shares.induced_amount, 0) as decimal(18, 2)) as induced_cost_amount,
        cast(coalesce(process_shares.neutral_amount, 0) as decimal(18, 2)) as neutral_cost_amount,
        settings.value as currency_code
    from process_months
    cross join settings
    inner join processes on process_months.process_id = processes.process_id
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
    left join process_shares
        on
            process_months.process_id = process_shares.process_id
            and process_months.month = process_shares.month
    left join outcomes
        on
            process_months.process_id = outcomes.process_id
            and process_months.month = outcomes.month
)

select * from final
