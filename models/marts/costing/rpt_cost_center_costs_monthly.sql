-- Grain: one row per month and service or operating cost centre with cost: what the ledger and
-- imputed costs say, and what it costs with the services of others. Of an operating centre that is
-- what was posted to it; of a service centre the gross cost x = b + A'x of the company's method,
-- which nothing is posted from: each primary cost is posted once, to those who bear it in the end.
-- Gross costs of service centres come again in those they serve (method, section 3.1).
with

cost_center_pools as (
    select
        month,
        cost_center_id,
        sum(amount) as amount
    from {{ ref('int_costing__cost_center_pools') }}
    group by month, cost_center_id
),

cost_centers as (
    select * from {{ ref('dim_cost_centers') }}
),

service_edges as (
    select * from {{ ref('int_costing__service_costs_allocated') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
),

service_flows as (
    select service_flows.*
    from {{ ref('int_costing__service_flows') }} as service_flows
    inner join settings
        on
            settings.setting = 'service_allocation_method'
            and service_flows.allocation_method = settings.value
),

service_visits as (
    select service_visits.*
    from {{ ref('int_costing__service_visits') }} as service_visits
    inner join settings
        on
            settings.setting = 'service_allocation_method'
            and service_visits.allocation_method = settings.value
),

gross_givers as (
    select
        service_visits.month,
        service_visits.to_cost_center_id as cost_center_id,
        cast(
            sum(
                cast(cost_center_pools.amount as decimal(18, 2))
                * service_visits.visits
            ) as decimal(22, 6)
        ) as amount
    from service_visits
    inner join cost_center_pools
        on
            service_visits.month = cost_center_pools.month
            and service_visits.from_cost_center_id = cost_center_pools.cost_center_id
    group by service_visits.month, service_visits.to_cost_center_id
),

-- A service centre that gives nothing on has its own cost and its share of those that serve it.
gross_services as (
    select
        month,
        cost_center_id,
        amount
    from gross_givers

    union all

    select
        gross_givers.month,
        service_flows.to_cost_center_id as cost_center_id,
        cast(
            cast(gross_givers.amount as decimal(20, 4)) * service_flows.share as decimal(22, 6)
        ) as amount
    from gross_givers
    inner join service_flows
        on
            gross_givers.month = service_flows.month
            and gross_givers.cost_center_id = service_flows.from_cost_center_id
    inner join cost_centers on service_flows.to_cost_center_id = cost_centers.cost_center_id
    where
        service_flows.is_final
        and cost_centers.cost_center_kind = 'service'

    union all

    select
        cost_center_pools.month,
        cost_center_pools.cost_center_id,
        cast(cost_center_pools.amount as decimal(22, 6)) as amount
    from cost_center_pools
    inner join cost_centers on cost_center_pools.cost_center_id = cost_centers.cost_center_id
    where
        cost_centers.cost_center_kind = 'service'
        and not exists (
            select 1
            from service_visits
            where
                service_visits.month = cost_center_pools.month
                and service_visits.from_cost_center_id = cost_center_pools.cost_center_id
        )
),

gross_amounts as (
    select
        month,
        cost_center_id,
        0 as primary_amount,
        amount as gross_amount
    from gross_services

    union all

    select
        month,
        receiver_id as cost_center_id,
        0 as primary_amount,
        cast(amount as decimal(22, 6)) as gross_amount
    from service_edges
    where receiver_type = 'cost_center'

    union all

    select
        cost_center_pools.month,
        cost_center_pools.cost_center_id,
        cost_center_pools.amount as primary_amount,
        case
            when cost_centers.cost_center_kind = 'service' then 0
            else cast(cost_center_pools.amount as decimal(22, 6))
        end as gross_amount
    from cost_center_pools
    inner join cost_centers on cost_center_pools.cost_center_id = cost_centers.cost_center_id
),

totals as (
    select
        month,
        cost_center_id,
        cast(sum(primary_amount) as decimal(18, 2)) as primary_cost_amount,
        cast(sum(gross_amount) as decimal(18, 2)) as gross_cost_amount
    from gross_amounts
    group by month, cost_center_id
),

final as (
    select
        totals.month,
        totals.cost_center_id,
        cost_centers.cost_center_name,
        cost_centers.cost_center_kind,
        totals.primary_cost_amount,
        cast(totals.gross_cost_amount - totals.primary_cost_amount as decimal(18, 2))
            as received_cost_amount,
        totals.gross_cost_amount,
        currencies.value as currency_code
    from totals
    inner join cost_centers on totals.cost_center_id = cost_centers.cost_center_id
    inner join settings as currencies on currencies.setting = 'functional_currency'
)

select * from final
