-- From the ledger to the postings, by route: what leaves the classified lines on each route arrives
-- in the postings, to the cent. Controlled lines arrive as components and variances, pools as
-- process and edge postings with what imputed costs add.
with

ledger_routes as (
    select
        month,
        case
            when route in ('direct', 'company', 'unassigned') then 'account'
            else route
        end as route,
        profit_amount as amount
    from {{ ref('int_costing__ledger_lines_classified') }}

    union all

    select
        month,
        case when route = 'pool' then 'pool' else 'imputed' end as route,
        -monthly_amount as amount
    from {{ ref('int_costing__imputed_costs_dated') }}

    union all

    select
        month,
        'imputed' as route,
        monthly_amount as amount
    from {{ ref('int_costing__imputed_costs_dated') }}
),

route_totals as (
    select
        month,
        route,
        sum(amount) as amount
    from ledger_routes
    group by month, route
    having sum(amount) <> 0
),

posted_routes as (
    select
        month,
        case
            when source_type in ('component', 'variance') then 'controlled'
            when source_type in ('process', 'edge') then 'pool'
            else source_type
        end as route,
        amount
    from {{ ref('int_contribution__postings') }}
),

posted_totals as (
    select
        month,
        route,
        sum(amount) as amount
    from posted_routes
    group by month, route
    having sum(amount) <> 0
)

select
    coalesce(route_totals.month, posted_totals.month) as month,
    coalesce(route_totals.route, posted_totals.route) as route,
    route_totals.amount as ledger_amount,
    posted_totals.amount as posted_amount
from route_totals
full outer join posted_totals
    on
        route_totals.month = posted_totals.month
        and route_totals.route = posted_totals.route
where
    route_totals.month is null
    or posted_totals.month is null
    or route_totals.amount <> posted_totals.amount
