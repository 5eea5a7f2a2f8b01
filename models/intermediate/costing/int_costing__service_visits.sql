-- Grain: one row per month, allocation method and two service cost centres: how much of the first
-- one's primary cost passes through the second one, 1 and more for itself. It is the sum of all
-- powers of the flows between service centres, by repeated squaring: 2^25 steps, enough for loops
-- that pass on but a hundred-thousandth of their cost (method, section 3.1).
with

service_flows as (
    select * from {{ ref('int_costing__service_flows') }}
),

givers as (
    select
        month,
        allocation_method,
        from_cost_center_id as cost_center_id,
        row_number() over (
            partition by month, allocation_method
            order by from_cost_center_id
        ) as position
    from service_flows
    group by month, allocation_method, from_cost_center_id
),

pairs as (
    select
        from_givers.month,
        from_givers.allocation_method,
        from_givers.cost_center_id as from_cost_center_id,
        to_givers.cost_center_id as to_cost_center_id,
        row_number() over (
            partition by from_givers.month, from_givers.allocation_method
            order by from_givers.position, to_givers.position
        ) as position,
        cast(coalesce(service_flows.share, 0) as decimal(17, 16)) as share
    from givers as from_givers
    inner join givers as to_givers
        on
            from_givers.month = to_givers.month
            and from_givers.allocation_method = to_givers.allocation_method
    left join service_flows
        on
            from_givers.month = service_flows.month
            and from_givers.allocation_method = service_flows.allocation_method
            and from_givers.cost_center_id = service_flows.from_cost_center_id
            and to_givers.cost_center_id = service_flows.to_cost_center_id
),

matrices as (
    select
        month,
        allocation_method,
        cast(round(sqrt(count(*))) as integer) as size,
        {{ list_in_order('share', 'position') }} as transitions
    from pairs
    group by month, allocation_method
),

solved_matrices as (
    select
        month,
        allocation_method,
        -- sqlfluff does not know the words for a lambda.
        {{ visits_of('transitions', 'size', 25) }} as visits  -- noqa: PRS
    from matrices
),

visits as (
    select
        pairs.month,
        pairs.allocation_method,
        pairs.from_cost_center_id,
        pairs.to_cost_center_id,
        {{ list_item('solved_matrices.visits', 'pairs.position') }} as visits
    from pairs
    inner join solved_matrices
        on
            pairs.month = solved_matrices.month
            and pairs.allocation_method = solved_matrices.allocation_method
),

final as (
    select *
    from visits
    where visits <> 0
)

select * from final
