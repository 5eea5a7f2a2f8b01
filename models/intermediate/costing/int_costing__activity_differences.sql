-- Grain: one row per month, allocation method and activity: what it would cost more, of its own, if
-- its cost centre took over what another method for service cost centres charges it (method,
-- section 3.2; docs/decisions, 0015).
with

center_amounts as (
    select * from {{ ref('int_costing__service_differences') }}
),

activities as (
    select * from {{ ref('int_costing__activities_dated') }}
),

other_methods as (
    select distinct allocation_method
    from center_amounts
),

center_pools as (
    {{- difference_pools('center_amounts', 'cost_center_id') }}
),

center_weights as (
    select
        activities.month,
        other_methods.allocation_method || '|' || activities.cost_center_id as pool_id,
        'activity' as receiver_type,
        activities.activity_id as receiver_id,
        cast(0 as bigint) as receiver_key,
        activities.resource_share as weight
    from activities
    cross join other_methods
),

center_edges as (
    {{ allocate('center_pools', 'center_weights', weight_scale=12) }}
),

own_amounts as (
    select
        center_edges.month,
        center_edges.pool_type as allocation_method,
        activities.activity_id,
        activities.cost_center_id,
        activities.behaviour,
        center_edges.amount
    from center_edges
    inner join activities
        on
            center_edges.month = activities.month
            and center_edges.receiver_type = 'activity'
            and center_edges.receiver_id = activities.activity_id
),

final as (
    select
        month,
        allocation_method,
        activity_id,
        cost_center_id,
        behaviour,
        cast(sum(amount) as decimal(18, 2)) as amount
    from own_amounts
    group by month, allocation_method, activity_id, cost_center_id, behaviour
    having sum(amount) <> 0
)

select * from final
