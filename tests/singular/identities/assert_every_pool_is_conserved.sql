-- Conservation (method, section 4): for each pool of each stage, what its edges hand on is the
-- pool, to the cent. A pool without edges and edges without a pool fail; a pool of nothing has
-- none, or some that sum to nothing where a process that cost nothing charges standard rates. From
-- a process on the pool is of that process: what a product hands on is held against each process
-- that charged it.
with

pools as (
    select
        'service_to_operating' as stage,
        month,
        cost_center_id as pool_id,
        cast(null as string) as process_id,
        cost_category,
        is_cash_effective,
        amount
    from {{ ref('int_costing__cost_center_pools') }}
    where cost_center_kind = 'service'

    union all

    select
        'cost_center_to_activity' as stage,
        month,
        cost_center_id as pool_id,
        cast(null as string) as process_id,
        cost_category,
        is_cash_effective,
        amount
    from {{ ref('int_costing__cost_center_pools') }}
    where cost_center_kind = 'operating'

    union all

    select
        'cost_center_to_activity' as stage,
        month,
        receiver_id as pool_id,
        cast(null as string) as process_id,
        cost_category,
        is_cash_effective,
        amount
    from {{ ref('int_costing__service_costs_allocated') }}
    where receiver_type = 'cost_center'

    union all

    select
        'neutral_to_induced' as stage,
        edges.month,
        edges.receiver_id as pool_id,
        cast(null as string) as process_id,
        edges.cost_category,
        edges.is_cash_effective,
        edges.amount
    from {{ ref('int_costing__cost_centers_allocated') }} as edges
    inner join {{ ref('int_costing__activities_dated') }} as activities
        on
            edges.receiver_id = activities.activity_id
            and edges.month = activities.month
    where
        edges.receiver_type = 'activity'
        and activities.behaviour = 'neutral'

    union all

    select
        'activity_to_process' as stage,
        month,
        activity_id as pool_id,
        cast(null as string) as process_id,
        cost_category,
        is_cash_effective,
        amount
    from {{ ref('int_costing__activity_pools') }}

    union all

    select
        'process_to_object' as stage,
        month,
        process_id as pool_id,
        process_id,
        cost_category,
        is_cash_effective,
        amount
    from {{ ref('int_costing__process_pools') }}

    union all

    select
        'product_to_owner' as stage,
        month,
        receiver_id as pool_id,
        pool_id as process_id,
        cost_category,
        is_cash_effective,
        amount
    from {{ ref('int_costing__processes_allocated') }}
    where receiver_type = 'product'
),

pool_totals as (
    select
        stage,
        month,
        pool_id,
        process_id,
        cost_category,
        is_cash_effective,
        sum(amount) as amount
    from pools
    group by stage, month, pool_id, process_id, cost_category, is_cash_effective
),

edge_totals as (
    select
        stage,
        month,
        pool_id,
        process_id,
        cost_category,
        is_cash_effective,
        sum(amount) as amount
    from {{ ref('fct_cost_assignments') }}
    group by stage, month, pool_id, process_id, cost_category, is_cash_effective
)

select
    coalesce(pool_totals.stage, edge_totals.stage) as stage,
    coalesce(pool_totals.month, edge_totals.month) as month,
    coalesce(pool_totals.pool_id, edge_totals.pool_id) as pool_id,
    coalesce(pool_totals.process_id, edge_totals.process_id) as process_id,
    pool_totals.amount as pool_amount,
    edge_totals.amount as edge_amount
from pool_totals
full outer join edge_totals
    on
        pool_totals.stage = edge_totals.stage
        and pool_totals.month = edge_totals.month
        and pool_totals.pool_id = edge_totals.pool_id
        and coalesce(pool_totals.process_id, '') = coalesce(edge_totals.process_id, '')
        and pool_totals.cost_category = edge_totals.cost_category
        and pool_totals.is_cash_effective = edge_totals.is_cash_effective
where
    pool_totals.stage is null
    or pool_totals.amount <> coalesce(edge_totals.amount, 0)
