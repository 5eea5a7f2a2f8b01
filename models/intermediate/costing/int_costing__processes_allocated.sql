-- Grain: an allocation edge from a main process to the object that caused it, to unused or
-- over-driven capacity, or to nobody. Charged: pool x actual / practical capacity, rounded once,
-- then to the receivers by largest remainder; at the basis `actual` the whole pool is charged, or,
-- where a capacity stood ready and nothing was done, unused. At
-- standard rates, standard x actual is charged, the rest of standard x capacity is unused, and the
-- spending variance is an edge to the company (method, section 3). What is the same for all edges
-- or all of a process, stage and driver, is not stored with each; fct_cost_assignments has it.
with

process_pools as (
    select * from {{ ref('int_costing__process_pools') }}
),

pools as (
    select
        month,
        'process_to_object' as stage,
        'process' as pool_type,
        process_id as pool_id,
        cost_category,
        is_cash_effective,
        driver_id,
        coalesce(standard_charged_amount, chargeable_amount) as amount,
        case
            when
                (charging_rate_basis <> 'actual' and standard_charged_amount is null) or is_idle
                then coalesce(practical_capacity_quantity, 0)
        end as capacity_weight,
        'unassigned' as unallocated_type,
        'no_driver_quantity' as unallocated_id,
        {{ key_of("'no_driver_quantity'") }} as unallocated_key,
        case
            when not is_fed or (charging_rate_basis = 'actual' and not is_idle)
                then 'no_driver_quantity'
        end as unallocated_reason
    from process_pools
    where coalesce(standard_charged_amount, chargeable_amount) <> 0
),

standards as (
    select distinct
        month,
        process_id,
        practical_capacity_quantity
    from process_pools
    where standard_charged_amount is not null
),

weights as (
    select
        month,
        process_id as pool_id,
        receiver_type,
        receiver_id,
        receiver_key,
        quantity as weight
    from {{ ref('int_costing__process_receivers') }}
),

charged_edges as (
    {{ allocate('pools', 'weights') }}
),

final as (
    select
        charged_edges.month,
        charged_edges.pool_id,
        charged_edges.cost_category,
        charged_edges.is_cash_effective,
        charged_edges.receiver_type,
        charged_edges.receiver_id,
        charged_edges.receiver_key,
        charged_edges.weight,
        case
            when standards.practical_capacity_quantity is null then charged_edges.pool_weight
            else cast(standards.practical_capacity_quantity as decimal(28, 12))
        end as pool_weight,
        charged_edges.amount,
        charged_edges.reason
    from charged_edges
    left join standards
        on
            charged_edges.month = standards.month
            and charged_edges.pool_id = standards.process_id

    union all

    select
        month,
        process_id as pool_id,
        cost_category,
        is_cash_effective,
        'capacity' as receiver_type,
        'capacity' as receiver_id,
        {{ key_of("'capacity'") }} as receiver_key,
        cast(null as decimal(28, 12)) as weight,
        cast(practical_capacity_quantity as decimal(28, 12)) as pool_weight,
        cast(chargeable_amount - standard_charged_amount as decimal(18, 2)) as amount,
        cast(null as string) as reason
    from process_pools
    where standard_charged_amount is not null

    union all

    select
        month,
        process_id as pool_id,
        cost_category,
        is_cash_effective,
        'company' as receiver_type,
        'company' as receiver_id,
        {{ key_of("'company'") }} as receiver_key,
        cast(null as decimal(28, 12)) as weight,
        cast(null as decimal(28, 12)) as pool_weight,
        spending_variance_amount as amount,
        'spending' as reason
    from process_pools
    where spending_variance_amount <> 0
)

select * from final
