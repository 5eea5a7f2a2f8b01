-- Grain: one row per activity. Shares are dated and stay in `activities`; here is what describes
-- the activity, from its latest row.
with

activities as (
    select * from {{ ref('activities') }}
),

final as (
    select
        {{ key_of('activity_id') }} as activity_key,
        activity_id,
        max_by(activity_name, valid_from) as activity_name,
        max_by(cost_center_id, valid_from) as cost_center_id,
        max_by(behaviour, valid_from) as behaviour
    from activities
    group by activity_id
)

select * from final
