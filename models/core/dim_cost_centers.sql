-- Grain: one row per cost centre.
with

cost_centers as (
    select * from {{ staged('cost_centers') }}
),

final as (
    select
        {{ key_of('cost_center_id') }} as cost_center_key,
        cost_center_id,
        cost_center_name,
        kind as cost_center_kind
    from cost_centers
)

select * from final
