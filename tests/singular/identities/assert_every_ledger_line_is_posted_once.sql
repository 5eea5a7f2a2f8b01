-- From the ledger to the postings, by route: what leaves the classified lines on each route arrives
-- in the postings, to the cent. Controlled lines arrive as components and variances, pools as
-- process and edge postings with what imputed costs add.
with

ledger_routes as (
    select
        month,
        case when route in ('direct', 'company', 'unassigned') then 'account' else route end
            as route,
        sum(profit_amount) as amount
    from {{ ref('int_costing__ledger_lines_classified') }}
    group by month, 2

    union all

    select
        month,
        case when route = 'pool' then 'pool' else 'imputed' end as route,
        -sum(monthly_amount) as amount
    from {{ ref('int_costing__imputed_costs_dated') }}
    group by month, 2

    union all

    select month, 'imputed' as route, sum(monthly_amount) as amount
    from {{ ref('int_costing__imputed_costs_dated') }}
    group by month
),

route_totals as (
    select month, route, sum(amount) as amount
    from ledger_routes
    group by month, route
    having sum(amount) <> 0
),

posted_routes as (
    select
        month,
        case source_type
            when 'component' then 'controlled'
            when 'variance' then 'controlled'
            when 'process' then 'pool'
            when 'edge' then 'pool'
            else source_type
        end as route,
        sum(amount) as amount
    from {{ ref('int_contribution__postings') }}
    group by month, 2
    having sum(amount) <> 0
)

select
    coalesce(route_totals.month, posted_routes.month) as month,
    coalesce(route_totals.route, posted_routes.route) as route,
    route_totals.amount as ledger_amount,
    posted_routes.amount as posted_amount
from route_totals
full outer join posted_routes
    on
        route_totals.month = posted_routes.month
        and route_totals.route = posted_routes.route
where
    route_totals.month is null
    or posted_routes.month is null
    or route_totals.amount <> posted_routes.amount
