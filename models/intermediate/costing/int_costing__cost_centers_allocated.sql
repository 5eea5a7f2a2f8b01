-- Grain: an allocation edge from an operating cost centre to one of its activities, by the share
-- that job analysis gives the activity. The pool is the centre's own cost and what it took over
-- from service centres (method, section 3.2).
with

own_pools as (
    select * from {{ ref('int_costing__cost_center_pools') }}
),

service_edges as (
    select * from {{ ref('int_costing__service_costs_allocated') }}
),

operating_amounts as (
    select month, cost_center_id, cost_category, is_cash_effective, amount
    from own_pools
    where cost_center_kind = 'operating'

    union all

    select month, receiver_id as cost_center_id, cost_category, is_cash_effective, amount
    from service_edges
    where receiver_type = 'cost_center'
),

pools as (
    select
        month,
        'cost_center_to_activity' as stage,
        'cost_center' as pool_type,
        cost_center_id as pool_id,
        cost_category,
        is_cash_effective,
        cast(null as string) as driver_id,
        cast(sum(amount) as decimal(18, 2)) as amount,
        cast(null as decimal(18, 4)) as capacity_weight,
        'unassigned' as unallocated_type,
        'no_activity' as unallocated_id,
        {{ key_of("'no_activity'") }} as unallocated_key,
        'no_activity' as unallocated_reason
    from operating_amounts
    group by month, cost_center_id, cost_category, is_cash_effective
    having sum(amount) <> 0
),

weights as (
    select
        month,
        cost_center_id as pool_id,
        'activity' as receiver_type,
        activity_id as receiver_id,
        {{ key_of('activity_id') }} as receiver_key,
        resource_share as weight
    from {{ ref('int_costing__activities_dated') }}
),

final as (
    {{ allocate('pools', 'weights', weight_scale=12) }}
)

select * from final
