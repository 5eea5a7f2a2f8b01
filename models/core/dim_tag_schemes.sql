-- Grain: one row per tag scheme. The leading scheme receives what is charged to segments in
-- general: the first required and exclusive one by its id.
with

tag_schemes as (
    select * from {{ ref('tag_schemes') }}
),

leading_scheme as (
    select min(tag_scheme) as tag_scheme
    from tag_schemes
    where is_required and is_exclusive
),

final as (
    select
        tag_schemes.tag_scheme,
        tag_schemes.description,
        tag_schemes.is_required,
        tag_schemes.is_exclusive,
        coalesce(tag_schemes.tag_scheme = leading_scheme.tag_scheme, false) as is_leading
    from tag_schemes
    cross join leading_scheme
)

select * from final
