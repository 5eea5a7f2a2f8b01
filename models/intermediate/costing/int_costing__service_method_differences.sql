-- Grain: one row per month, allocation method and process: what the process would cost more under
-- another method for service cost centres than the company's. What operating centres would take
-- over more goes through activities and neutral cost to processes, by the same shares and the same
-- rounding as the cost itself (method, section 3; docs/decisions, 0015).
with

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'service_allocation_method'
),

activities as (
    select * from {{ ref('int_costing__activities_dated') }}
),

published_edges as (
    select * from {{ ref('int_costing__service_costs_allocated') }}
),

service_shares as (
    select service_shares.*
    from {{ ref('int_costing__service_shares') }} as service_shares
    inner join settings on service_shares.allocation_method <> settings.value
),

other_methods as (
    select distinct allocation_method
    from service_shares
),

service_pools as (
    select
        pools.month,
        'service_to_operating' as stage,
        other_methods.allocation_method as pool_type,
        other_methods.allocation_method || '|' || pools.cost_center_id as pool_id,
        pools.cost_category,
        pools.is_cash_effective,
        cast(null as string) as driver_id,
        pools.amount,
        cast(null as decimal(18, 4)) as capacity_weight,
        'unassigned' as unallocated_type,
        'no_service_allocation' as unallocated_id,
        cast(0 as bigint) as unallocated_key,
        'no_service_allocation' as unallocated_reason
    from {{ ref('int_costing__cost_center_pools') }} as pools
    cross join other_methods
    where
        pools.cost_center_kind = 'service'
        and pools.amount <> 0
),

service_weights as (
    select
        month,
        allocation_method || '|' || cost_center_id as pool_id,
        receiver_type,
        receiver_id,
        receiver_key,
        absorption_share as weight
    from service_shares
    where absorption_share > 0
),

service_edges as (
    {{ allocate('service_pools', 'service_weights', weight_scale=12) }}
),

center_amounts as (
    select
        month,
        pool_type as allocation_method,
        receiver_id as cost_center_id,
        amount
    from service_edges
    where receiver_type = 'cost_center'

    union all

    select
        published_edges.month,
        other_methods.allocation_method,
        published_edges.receiver_id as cost_center_id,
        -published_edges.amount as amount
    from published_edges
    cross join other_methods
    where published_edges.receiver_type = 'cost_center'
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

activity_amounts as (
    select
        month,
        allocation_method,
        activity_id,
        amount
    from own_amounts
    where behaviour = 'induced'

    union all

    select
        month,
        pool_type as allocation_method,
        receiver_id as activity_id,
        amount
    from neutral_edges
    where receiver_type = 'activity'
),

activity_pools as (
    {{- difference_pools('activity_amounts', 'activity_id') }}
),

activity_processes as (
    {{ dated('activity_processes', ['activity_id', 'process_id'], ['share']) }}
),

activity_weights as (
    select
        activity_processes.month,
        other_methods.allocation_method || '|' || activity_processes.activity_id as pool_id,
        'process' as receiver_type,
        activity_processes.process_id as receiver_id,
        cast(0 as bigint) as receiver_key,
        activity_processes.share as weight
    from activity_processes
    inner join {{ ref('dim_processes') }} as processes
        on activity_processes.process_id = processes.process_id
    cross join other_methods
    where activity_processes.share <> 0
),

activity_edges as (
    {{ allocate('activity_pools', 'activity_weights', weight_scale=12) }}
),

final as (
    select
        month,
        pool_type as allocation_method,
        receiver_id as process_id,
        cast(sum(amount) as decimal(18, 2)) as amount
    from activity_edges
    where receiver_type = 'process'
    group by month, pool_type, receiver_id
    having sum(amount) <> 0
)

select * from final
