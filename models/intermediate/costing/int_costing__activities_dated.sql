-- Grain: one row per activity and month in which it takes a share of its cost centre.
with

activities as (
    {{ dated('activities', ['activity_id'], ['cost_center_id', 'behaviour', 'resource_share']) }}
),

final as (
    select
        month,
        activity_id,
        cost_center_id,
        behaviour,
        cast(resource_share as decimal(13, 12)) as resource_share
    from activities
    where resource_share <> 0
)

select * from final
