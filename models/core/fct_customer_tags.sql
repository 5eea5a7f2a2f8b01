-- Grain: one row per customer, exclusive tag scheme and validity. Within each stretch of time in
-- which the claims stay the same, the claim of the system with the smallest priority number
-- holds; a tie goes to the later claim, then by value and system in byte order. `valid_to` is
-- exclusive. A scheme that is not exclusive keeps each value as a row of its own, as long as one
-- system claims it.
with

claims as (
    select *
    from {{ ref('fct_customer_tag_claims') }}
    where is_known and customer_key <> 0
),

schemes as (
    select * from {{ ref('dim_tag_schemes') }}
),

exclusive_claims as (
    select claims.*
    from claims
    inner join schemes on claims.tag_scheme = schemes.tag_scheme
    where schemes.is_exclusive
),

boundaries as (
    select customer_key, tag_scheme, valid_from as boundary_on from exclusive_claims
    union
    select customer_key, tag_scheme, valid_to as boundary_on
    from exclusive_claims
    where valid_to is not null
),

stretches as (
    select
        customer_key,
        tag_scheme,
        boundary_on as starts_on,
        lead(boundary_on) over (
            partition by customer_key, tag_scheme
            order by boundary_on
        ) as ends_on
    from boundaries
),

competing_claims as (
    select
        stretches.customer_key,
        stretches.tag_scheme,
        stretches.starts_on,
        stretches.ends_on,
        exclusive_claims.customer_id,
        exclusive_claims.tag_value,
        exclusive_claims.source_system,
        coalesce(exclusive_claims.priority, 2147483647) as priority,
        row_number() over (
            partition by stretches.customer_key, stretches.tag_scheme, stretches.starts_on
            order by
                coalesce(exclusive_claims.priority, 2147483647) asc,
                exclusive_claims.valid_from desc,
                exclusive_claims.tag_value asc,
                exclusive_claims.source_system asc
        ) as claim_rank
    from stretches
    inner join exclusive_claims
        on
            stretches.customer_key = exclusive_claims.customer_key
            and stretches.tag_scheme = exclusive_claims.tag_scheme
            and stretches.starts_on >= exclusive_claims.valid_from
            and (
                exclusive_claims.valid_to is null
                or stretches.starts_on < exclusive_claims.valid_to
            )
),

best_priorities as (
    select
        customer_key,
        tag_scheme,
        starts_on,
        min(priority) as best_priority
    from competing_claims
    group by customer_key, tag_scheme, starts_on
),

settled as (
    select
        competing_claims.customer_key,
        competing_claims.customer_id,
        competing_claims.tag_scheme,
        competing_claims.starts_on,
        competing_claims.ends_on,
        max(competing_claims.tag_value) filter (where competing_claims.claim_rank = 1)
            as tag_value,
        max(competing_claims.source_system) filter (where competing_claims.claim_rank = 1)
            as source_system,
        count(*) as claim_count,
        count(distinct competing_claims.tag_value) > 1 as is_conflict,
        count(distinct competing_claims.tag_value) > 1
        and count(distinct competing_claims.tag_value) filter (
            where competing_claims.priority = best_priorities.best_priority
        ) = 1 as is_settled_by_priority
    from competing_claims
    inner join best_priorities
        on
            competing_claims.customer_key = best_priorities.customer_key
            and competing_claims.tag_scheme = best_priorities.tag_scheme
            and competing_claims.starts_on = best_priorities.starts_on
    group by
        competing_claims.customer_key,
        competing_claims.customer_id,
        competing_claims.tag_scheme,
        competing_claims.starts_on,
        competing_claims.ends_on
),

final as (
    select
        customer_key,
        customer_id,
        tag_scheme,
        tag_value,
        tag_scheme || ':' || tag_value as segment_id,
        starts_on as valid_from,
        ends_on as valid_to,
        source_system,
        claim_count,
        is_conflict,
        is_settled_by_priority
    from settled

    union all

    select
        claims.customer_key,
        claims.customer_id,
        claims.tag_scheme,
        claims.tag_value,
        claims.tag_scheme || ':' || claims.tag_value as segment_id,
        claims.valid_from,
        case when count(claims.valid_to) = count(*) then max(claims.valid_to) end as valid_to,
        min(claims.source_system) as source_system,
        count(*) as claim_count,
        false as is_conflict,
        false as is_settled_by_priority
    from claims
    inner join schemes on claims.tag_scheme = schemes.tag_scheme
    where not schemes.is_exclusive
    group by
        claims.customer_key,
        claims.customer_id,
        claims.tag_scheme,
        claims.tag_value,
        claims.valid_from
)

select * from final
