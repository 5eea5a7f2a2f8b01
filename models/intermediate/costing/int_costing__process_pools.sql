-- Grain: one row per month, process, cost category and cash-effectiveness: the cost of the process,
-- what it may charge, and what it spent beyond its standard. At the basis `standard` the process
-- charges standard rate x capacity, spread over its pools in proportion to them; the difference to
-- the pool is spending variance. At the others it charges the pool (method, section 3).
with

process_edges as (
    select *
    from {{ ref('int_costing__activities_allocated') }}
    where receiver_type = 'process'
),

processes as (
    select * from {{ ref('dim_processes') }}
),

capacities as (
    {{ dated(
        'process_capacities', ['process_id'], ['practical_capacity_quantity', 'standard_cost_rate']
    ) }}
),

fed_drivers as (
    select * from {{ ref('int_costing__drivers_fed') }}
),

process_pools as (
    select
        month,
        receiver_id as process_id,
        cost_category,
        is_cash_effective,
        cast(sum(amount) as decimal(18, 2)) as amount
    from process_edges
    group by month, receiver_id, cost_category, is_cash_effective
    having sum(amount) <> 0
),

described_pools as (
    select
        process_pools.month,
        process_pools.process_id,
        process_pools.cost_category,
        process_pools.is_cash_effective,
        process_pools.amount,
        processes.driver_id,
        processes.charging_rate_basis,
        capacities.practical_capacity_quantity,
        capacities.standard_cost_rate,
        fed_drivers.driver_id is not null as is_fed
    from process_pools
    inner join processes on process_pools.process_id = processes.process_id
    left join capacities
        on
            process_pools.process_id = capacities.process_id
            and process_pools.month = capacities.month
    left join fed_drivers
        on
            processes.driver_id = fed_drivers.driver_id
            and process_pools.month = fed_drivers.month
),

standard_pools as (
    select
        month,
        'process_to_standard' as stage,
        'process' as pool_type,
        process_id as pool_id,
        'standard' as cost_category,
        true as is_cash_effective,
        cast(null as string) as driver_id,
        cast(
            cast(max(standard_cost_rate) as decimal(19, 8))
            * cast(max(practical_capacity_quantity) as decimal(18, 4))
            as decimal(18, 2)
        ) as amount,
        cast(null as decimal(18, 4)) as capacity_weight,
        'unassigned' as unallocated_type,
        'zero_weight' as unallocated_id,
        {{ key_of("'zero_weight'") }} as unallocated_key,
        'zero_weight' as unallocated_reason
    from described_pools
    where
        charging_rate_basis = 'standard'
        and is_fed
        and practical_capacity_quantity > 0
        and standard_cost_rate > 0
    group by month, process_id
),

standard_weights as (
    select
        month,
        process_id as pool_id,
        'pool' as receiver_type,
        cost_category || '|' || cast(is_cash_effective as string) as receiver_id,
        cast(0 as bigint) as receiver_key,
        abs(amount) as weight
    from described_pools
    where charging_rate_basis = 'standard'
),

standard_edges as (
    {{ allocate('standard_pools', 'standard_weights') }}
),

final as (
    select
        described_pools.month,
        described_pools.process_id,
        described_pools.driver_id,
        described_pools.charging_rate_basis,
        described_pools.cost_category,
        described_pools.is_cash_effective,
        described_pools.is_fed,
        cast(described_pools.practical_capacity_quantity as decimal(18, 4))
            as practical_capacity_quantity,
        cast(described_pools.standard_cost_rate as decimal(17, 8)) as standard_cost_rate,
        described_pools.amount,
        coalesce(standard_edges.amount, described_pools.amount) as chargeable_amount,
        cast(
            described_pools.amount - coalesce(standard_edges.amount, described_pools.amount)
            as decimal(18, 2)
        ) as spending_variance_amount
    from described_pools
    left join standard_edges
        on
            described_pools.month = standard_edges.month
            and described_pools.process_id = standard_edges.pool_id
            and described_pools.cost_category
            || '|' || cast(described_pools.is_cash_effective as string)
            = standard_edges.receiver_id
            and standard_edges.receiver_type = 'pool'
)

select * from final
