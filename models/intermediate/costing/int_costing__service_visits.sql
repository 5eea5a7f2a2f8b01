-- Grain: one row per month, allocation method and two service cost centres: how much of the first
-- one's primary cost passes through the second one, 1 and more for itself, and which share of that
-- cost the second one hands to receivers that pass nothing on. It is the sum of all powers of the
-- flows between service centres, by elimination, once for all months with the same flows (method,
-- section 3.1; docs/decisions, 0014).
with

service_flows as (
    select * from {{ ref('int_costing__service_flows') }}
),

giver_usages as (
    select
        month,
        allocation_method,
        from_cost_center_id as cost_center_id,
        cast(sum(usage_quantity) as double) as usage_quantity,
        sum(case when is_final then usage_quantity else 0 end) as final_usage_quantity
    from service_flows
    group by month, allocation_method, from_cost_center_id
),

givers as (
    select
        month,
        allocation_method,
        cost_center_id,
        usage_quantity,
        cast(final_usage_quantity as double) / usage_quantity as final_share,
        row_number() over (partition by month, allocation_method order by cost_center_id)
            as position,
        count(*) over (partition by month, allocation_method) as size
    from giver_usages
),

pairs as (
    select
        from_givers.month,
        from_givers.allocation_method,
        from_givers.cost_center_id as from_cost_center_id,
        to_givers.cost_center_id as to_cost_center_id,
        (from_givers.position - 1) * (from_givers.size + 1) + to_givers.position as position,
        cast(coalesce(service_flows.usage_quantity, 0) as double) / from_givers.usage_quantity
            as share,
        to_givers.final_share
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

-- Row by row, each giver's shares and behind them what it hands to those that pass nothing on.
shares as (
    select
        month,
        allocation_method,
        position,
        share
    from pairs

    union all

    select
        month,
        allocation_method,
        position * (size + 1) as position,
        final_share as share
    from givers
),

matrices as (
    select
        month,
        allocation_method,
        cast(floor(sqrt(count(*))) as integer) as size,
        {{ list_in_order('share', 'position') }} as transitions
    from shares
    group by month, allocation_method
),

distinct_matrices as (
    select distinct
        size,
        transitions
    from matrices
),

solved_matrices as (
    select
        transitions,
        -- sqlfluff does not know the words for a lambda.
        {{ visits_of('transitions', 'size') }} as visits  -- noqa: PRS
    from distinct_matrices
),

visits as (
    select
        pairs.month,
        pairs.allocation_method,
        pairs.from_cost_center_id,
        pairs.to_cost_center_id,
        pairs.final_share,
        {{ list_item('solved_matrices.visits', 'pairs.position') }} as visits
    from pairs
    inner join matrices
        on
            pairs.month = matrices.month
            and pairs.allocation_method = matrices.allocation_method
    inner join solved_matrices on matrices.transitions = solved_matrices.transitions
),

-- By whole units, since engines round a double in ways of their own.
final as (
    select
        month,
        allocation_method,
        from_cost_center_id,
        to_cost_center_id,
        cast(
            cast(visits * 1000000000000 as decimal(20, 0))
            * cast(0.000000000001 as decimal(12, 12))
            as decimal(20, 12)
        ) as visits,
        cast(
            cast(visits * final_share * 1000000000000000 as decimal(16, 0))
            * cast(0.000000000000001 as decimal(15, 15))
            as decimal(16, 15)
        ) as final_share
    from visits
    where visits <> 0
)

select * from final
