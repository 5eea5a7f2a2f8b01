-- Grain: one row per month, process, cost category and cash-effectiveness: the cost of the process,
-- what it may charge, and what it spent beyond its standard. At the basis `standard` the process
-- charges standard rate x actual quantity and leaves standard rate x the rest of its capacity
-- unused, each rounded once and spread over its pools in proportion to their size; the difference
-- to the pool is spending variance. It does so without any cost, too, in the months of the ledger.
-- At the other bases it charges the pool (method, section 3).
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

quantities as (
    select
        month,
        process_id,
        cast(sum(quantity) as decimal(18, 4)) as actual_quantity,
        max(abs(quantity)) as greatest_quantity
    from {{ ref('int_costing__process_quantities') }}
    group by month, process_id
),

standards as (
    select
        capacities.month,
        capacities.process_id,
        cast(
            cast(capacities.standard_cost_rate as decimal(19, 8))
            * cast(capacities.practical_capacity_quantity as decimal(18, 4))
            as decimal(18, 2)
        ) as capacity_amount,
        cast(
            cast(capacities.standard_cost_rate as decimal(19, 8))
            * coalesce(quantities.actual_quantity, 0)
            as decimal(18, 2)
        ) as charged_amount
    from capacities
    inner join processes on capacities.process_id = processes.process_id
    inner join fed_drivers
        on
            processes.driver_id = fed_drivers.driver_id
            and capacities.month = fed_drivers.month
    left join quantities
        on
            capacities.process_id = quantities.process_id
            and capacities.month = quantities.month
    where
        processes.charging_rate_basis = 'standard'
        and capacities.practical_capacity_quantity > 0
        and capacities.standard_cost_rate > 0
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

ledger_months as (
    select
        min(month) as first_month,
        max(month) as last_month
    from {{ ref('fct_ledger_entries') }}
),

all_pools as (
    select * from process_pools

    union all

    select
        standards.month,
        standards.process_id,
        'other' as cost_category,
        true as is_cash_effective,
        cast(0 as decimal(18, 2)) as amount
    from standards
    inner join ledger_months
        on
            standards.month >= ledger_months.first_month
            and standards.month <= ledger_months.last_month
    where not exists (
        select 1
        from process_pools
        where
            process_pools.month = standards.month
            and process_pools.process_id = standards.process_id
    )
),

described_pools as (
    select
        all_pools.month,
        all_pools.process_id,
        all_pools.cost_category,
        all_pools.is_cash_effective,
        all_pools.amount,
        processes.driver_id,
        processes.charging_rate_basis,
        capacities.practical_capacity_quantity,
        capacities.standard_cost_rate,
        fed_drivers.driver_id is not null as is_fed,
        coalesce(
            fed_drivers.driver_id is not null
            and capacities.practical_capacity_quantity > 0
            and coalesce(quantities.greatest_quantity, 0) = 0,
            false
        ) as is_idle
    from all_pools
    inner join processes on all_pools.process_id = processes.process_id
    left join capacities
        on
            all_pools.process_id = capacities.process_id
            and all_pools.month = capacities.month
    left join fed_drivers
        on
            processes.driver_id = fed_drivers.driver_id
            and all_pools.month = fed_drivers.month
    left join quantities
        on
            all_pools.process_id = quantities.process_id
            and all_pools.month = quantities.month
),

standard_pools as (
    {% for part in ['capacity', 'charged'] -%}
    select
        month,
        'process_to_standard' as stage,
        'process' as pool_type,
        process_id as pool_id,
        '{{ part }}' as cost_category,
        true as is_cash_effective,
        cast(null as string) as driver_id,
        {{ part }}_amount as amount,
        cast(null as decimal(18, 4)) as capacity_weight,
        'unassigned' as unallocated_type,
        'zero_weight' as unallocated_id,
        {{ key_of("'zero_weight'") }} as unallocated_key,
        'zero_weight' as unallocated_reason
    from standards
    {{ "union all" if not loop.last }}
    {% endfor -%}
),

-- A process without cost has one pool of zero, which takes all.
standard_weights as (
    select
        month,
        process_id as pool_id,
        'pool' as receiver_type,
        cost_category || '|' || cast(is_cash_effective as string) as receiver_id,
        cast(0 as bigint) as receiver_key,
        case when amount = 0 then 1 else abs(amount) end as weight
    from described_pools
    where charging_rate_basis = 'standard'
),

standard_edges as (
    {{ allocate('standard_pools', 'standard_weights') }}
),

standard_amounts as (
    select
        month,
        pool_id as process_id,
        receiver_id as pool_name,
        sum(amount) filter (where cost_category = 'capacity') as capacity_amount,
        sum(amount) filter (where cost_category = 'charged') as charged_amount
    from standard_edges
    group by month, pool_id, receiver_id
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
        described_pools.is_idle,
        cast(described_pools.practical_capacity_quantity as decimal(18, 4))
            as practical_capacity_quantity,
        cast(described_pools.standard_cost_rate as decimal(17, 8)) as standard_cost_rate,
        described_pools.amount,
        cast(
            coalesce(standard_amounts.capacity_amount, described_pools.amount) as decimal(18, 2)
        ) as chargeable_amount,
        cast(standard_amounts.charged_amount as decimal(18, 2)) as standard_charged_amount,
        cast(
            described_pools.amount
            - coalesce(standard_amounts.capacity_amount, described_pools.amount)
            as decimal(18, 2)
        ) as spending_variance_amount
    from described_pools
    left join standard_amounts
        on
            described_pools.month = standard_amounts.month
            and described_pools.process_id = standard_amounts.process_id
            and described_pools.cost_category
            || '|' || cast(described_pools.is_cash_effective as string)
            = standard_amounts.pool_name
)

select * from final
