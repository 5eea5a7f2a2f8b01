-- Grain: one row per tag scheme. The segments of the leading scheme receive what processes of the
-- level segment charge: the declared one (`segment_process_scheme`), else the first by id that is
-- required and exclusive.
with

tag_schemes as (
    select * from {{ ref('tag_schemes') }}
),

declared_scheme as (
    select max(value) as tag_scheme
    from {{ ref('dim_settings') }}
    where setting = 'segment_process_scheme'
),

leading_scheme as (
    select coalesce(max(declared_scheme.tag_scheme), min(tag_schemes.tag_scheme)) as tag_scheme
    from declared_scheme
    left join tag_schemes
        on
            tag_schemes.is_required
            and tag_schemes.is_exclusive
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
