-- Grain: one row per main process and month: its cost, capacity and quantity, empty where there is
-- none, how it charges, and where the cost went. Charged is what objects were charged, an order of
-- an unknown customer among them, though the statement has its share as unassigned; what went to no
-- object stands apart, whether a receiver is unknown or the whole pool could not be charged
-- (method, section 3).
with

processes as (
    select * from {{ ref('dim_processes') }}
),

months as (
    select * from {{ ref('dim_months') }}
),

fed_drivers as (
    select * from {{ ref('int_costing__drivers_fed') }}
),

process_pools as (
    select
        month,
        process_id,
        cast(sum(amount) as decimal(18, 2)) as process_cost_amount,
        max(standard_cost_rate) as standard_cost_rate,
        count(standard_charged_amount) > 0 as is_at_standard
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
        cast(sum(quantity) as decimal(18, 4)) as actual_quantity,
        min(quantity) < 0 and max(quantity) > 0 as is_of_mixed_sign
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
        sum(amount) filter (where receiver_type = 'unassigned') as unassigned_amount,
        sum(amount) filter (where receiver_type = 'unassigned' and reason is not null)
            as unchargeable_amount
    from {{ ref('int_costing__processes_allocated') }}
    group by month, pool_id
),

final as (
    select
        months.month,
        processes.process_id,
        process_pools.process_cost_amount,
        cast(capacities.practical_capacity_quantity as decimal(18, 4))
            as practical_capacity_quantity,
        quantities.actual_quantity,
        case
            when process_pools.is_at_standard then 'standard'
            when processes.charging_rate_basis = 'actual' then 'actual'
            else 'capacity'
        end as charging_rate_basis,
        fed_drivers.driver_id is not null as is_fed,
        coalesce(quantities.is_of_mixed_sign, false) as is_of_mixed_sign,
        cast(process_pools.standard_cost_rate as decimal(17, 8)) as standard_cost_rate,
        cast(coalesce(outcomes.charged_amount, 0) as decimal(18, 2)) as charged_amount,
        cast(coalesce(outcomes.unused_capacity_cost_amount, 0) as decimal(18, 2))
            as unused_capacity_cost_amount,
        cast(coalesce(outcomes.spending_variance_amount, 0) as decimal(18, 2))
            as spending_variance_amount,
        cast(coalesce(outcomes.unassigned_amount, 0) as decimal(18, 2)) as unassigned_amount,
        cast(coalesce(outcomes.unchargeable_amount, 0) as decimal(18, 2)) as unchargeable_amount
    from processes
    cross join months
    left join fed_drivers
        on
            processes.driver_id = fed_drivers.driver_id
            and months.month = fed_drivers.month
    left join process_pools
        on
            processes.process_id = process_pools.process_id
            and months.month = process_pools.month
    left join capacities
        on
            processes.process_id = capacities.process_id
            and months.month = capacities.month
    left join quantities
        on
            processes.process_id = quantities.process_id
            and months.month = quantities.month
    left join outcomes
        on
            processes.process_id = outcomes.process_id
            and months.month = outcomes.month
)

select * from final
