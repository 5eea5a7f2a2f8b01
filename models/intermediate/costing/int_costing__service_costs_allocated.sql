-- Grain: an allocation edge from a service cost centre to an operating one, or to the company for
-- what its own cost centres use. Each service centre's primary pool goes out once; the method
-- `direct` ignores what service centres use of each other (method, section 3.1).
with

pools as (
    select
        month,
        'service_to_operating' as stage,
        'cost_center' as pool_type,
        cost_center_id as pool_id,
        cost_category,
        is_cash_effective,
        cast(null as string) as driver_id,
        amount,
        cast(null as decimal(18, 4)) as capacity_weight,
        'unassigned' as unallocated_type,
        'no_service_allocation' as unallocated_id,
        {{ key_of("'no_service_allocation'") }} as unallocated_key,
        'no_service_allocation' as unallocated_reason
    from {{ ref('int_costing__cost_center_pools') }}
    where
        cost_center_kind = 'service'
        and amount <> 0
),

service_allocations as (
    {{ dated(
        'service_allocations', ['from_cost_center_id', 'to_cost_center_id'], ['usage_quantity']
    ) }}
),

receiving_centers as (
    select
        cost_center_id,
        case cost_center_kind when 'operating' then 'cost_center' else 'company' end
            as receiver_type,
        case cost_center_kind when 'operating' then cost_center_id else 'company' end
            as receiver_id,
        case cost_center_kind
            when 'operating' then cost_center_key
            else {{ key_of("'company'") }}
        end as receiver_key
    from {{ ref('dim_cost_centers') }}
    where cost_center_kind in ('operating', 'company')
),

weights as (
    select
        service_allocations.month,
        service_allocations.from_cost_center_id as pool_id,
        receiving_centers.receiver_type,
        receiving_centers.receiver_id,
        receiving_centers.receiver_key,
        service_allocations.usage_quantity as weight
    from service_allocations
    inner join receiving_centers
        on service_allocations.to_cost_center_id = receiving_centers.cost_center_id
    where service_allocations.usage_quantity <> 0
),

final as (
    {{ allocate('pools', 'weights') }}
)

select * from final
