-- Grain: one row per segment, `scheme:value`, of every tag scheme. `company` and `unassigned` are
-- pseudo-segments of every segmentation and not rows here.
with

tag_values as (
    select * from {{ ref('tag_values') }}
),

final as (
    select
        {{ key_of("tag_scheme || ':' || tag_value") }} as segment_key,
        tag_scheme || ':' || tag_value as segment_id,
        tag_scheme,
        tag_value,
        label as segment_name,
        sort_order
    from tag_values
)

select * from final
