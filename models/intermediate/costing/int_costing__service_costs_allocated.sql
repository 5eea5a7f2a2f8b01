-- Grain: an allocation edge from a service cost centre to an operating one, or to the company for
-- what its own cost centres use. Each service centre's primary pool goes out once, by its final
-- absorption shares under the company's method (method, section 3.1).
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

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'service_allocation_method'
),

weights as (
    select
        service_shares.month,
        service_shares.cost_center_id as pool_id,
        service_shares.receiver_type,
        service_shares.receiver_id,
        service_shares.receiver_key,
        service_shares.absorption_share as weight
    from {{ ref('int_costing__service_shares') }} as service_shares
    inner join settings on service_shares.allocation_method = settings.value
    where service_shares.absorption_share > 0
),

final as (
    {{ allocate('pools', 'weights', weight_scale=12) }}
)

select * from final
