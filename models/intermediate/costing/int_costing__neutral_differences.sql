-- Grain: one row per month, allocation method and induced activity: what it would take over more
-- from neutral activities of its cost centre under another method for service cost centres (method,
-- section 3.2; docs/decisions, 0015).
with

own_amounts as (
    select * from {{ ref('int_costing__activity_differences') }}
),

activities as (
    select * from {{ ref('int_costing__activities_dated') }}
),

other_methods as (
    select distinct allocation_method
    from own_amounts
),

neutral_amounts as (
    select *
    from own_amounts
    where behaviour = 'neutral'
),

neutral_pools as (
    {{- difference_pools('neutral_amounts', 'activity_id') }}
),

neutral_weights as (
    select
        neutral_activities.month,
        other_methods.allocation_method || '|' || neutral_activities.activity_id as pool_id,
        'activity' as receiver_type,
        induced_activities.activity_id as receiver_id,
        cast(0 as bigint) as receiver_key,
        induced_activities.resource_share as weight
    from activities as neutral_activities
    inner join activities as induced_activities
        on
            neutral_activities.month = induced_activities.month
            and neutral_activities.cost_center_id = induced_activities.cost_center_id
            and induced_activities.behaviour = 'induced'
    cross join other_methods
    where neutral_activities.behaviour = 'neutral'
),

neutral_edges as (
    {{ allocate('neutral_pools', 'neutral_weights', weight_scale=12) }}
),

final as (
    select
        month,
        pool_type as allocation_method,
        receiver_id as activity_id,
        cast(sum(amount) as decimal(18, 2)) as amount
    from neutral_edges
    where receiver_type = 'activity'
    group by month, pool_type, receiver_id
    having sum(amount) <> 0
)

select * from final
