-- Grain: an allocation edge from a main process to the object that caused it, to unused or
-- over-driven capacity, or to nobody. Charged: pool x actual / practical capacity, rounded once,
-- then to the receivers by largest remainder; at the basis `actual` the whole pool is charged. The
-- spending variance of a process at standard rates is an edge to the company (method, section 3).
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
        chargeable_amount as amount,
        case
            when charging_rate_basis <> 'actual' then coalesce(practical_capacity_quantity, 0)
        end as capacity_weight,
        'unassigned' as unallocated_type,
        'no_driver_quantity' as unallocated_id,
        {{ key_of("'no_driver_quantity'") }} as unallocated_key,
        case when not is_fed or charging_rate_basis = 'actual' then 'no_driver_quantity' end
            as unallocated_reason
    from process_pools
    where chargeable_amount <> 0
),

weights as (
    select
        month,
        process_id as pool_id,
        receiver_type,
        receiver_id,
        receiver_key,
        quantity as weight
    from {{ ref('int_costing__process_quantities') }}
),

final as (
    {{ allocate('pools', 'weights') }}

    union all

    select
        month,
        'process_to_object' as stage,
        'process' as pool_type,
        process_id as pool_id,
        cost_category,
        is_cash_effective,
        'company' as receiver_type,
        'company' as receiver_id,
        {{ key_of("'company'") }} as receiver_key,
        driver_id,
        cast(null as decimal(28, 12)) as weight,
        cast(null as decimal(28, 12)) as pool_weight,
        spending_variance_amount as amount,
        'spending' as reason
    from process_pools
    where spending_variance_amount <> 0
)

select * from final
