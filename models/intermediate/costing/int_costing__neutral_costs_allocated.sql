-- Grain: an allocation edge from a quantity-neutral activity to a quantity-induced one of the same
-- cost centre, by resource share. Without an induced activity the neutral cost is the company's,
-- with a reason (method, section 3.2).
with

activities as (
    select * from {{ ref('int_costing__activities_dated') }}
),

activity_edges as (
    select *
    from {{ ref('int_costing__cost_centers_allocated') }}
    where receiver_type = 'activity'
),

pools as (
    select
        activity_edges.month,
        'neutral_to_induced' as stage,
        'activity' as pool_type,
        activity_edges.receiver_id as pool_id,
        activity_edges.cost_category,
        activity_edges.is_cash_effective,
        cast(null as string) as driver_id,
        activity_edges.amount,
        cast(null as decimal(18, 4)) as capacity_weight,
        'company' as unallocated_type,
        'company' as unallocated_id,
        {{ key_of("'company'") }} as unallocated_key,
        'no_induced_activity' as unallocated_reason
    from activity_edges
    inner join activities
        on
            activity_edges.month = activities.month
            and activity_edges.receiver_id = activities.activity_id
    where
        activities.behaviour = 'neutral'
        and activity_edges.amount <> 0
),

weights as (
    select
        neutral_activities.month,
        neutral_activities.activity_id as pool_id,
        'activity' as receiver_type,
        induced_activities.activity_id as receiver_id,
        {{ key_of('induced_activities.activity_id') }} as receiver_key,
        induced_activities.resource_share as weight
    from activities as neutral_activities
    inner join activities as induced_activities
        on
            neutral_activities.month = induced_activities.month
            and neutral_activities.cost_center_id = induced_activities.cost_center_id
    where
        neutral_activities.behaviour = 'neutral'
        and induced_activities.behaviour = 'induced'
),

final as (
    {{ allocate('pools', 'weights', weight_scale=12) }}
)

select * from final
