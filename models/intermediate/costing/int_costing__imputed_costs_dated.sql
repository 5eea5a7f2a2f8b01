-- Grain: one row per imputed cost and month of the ledger in which it is not zero. `route` says
-- where it is charged: to the pool of its cost centre, or, without one, to the company (method,
-- section 2.6).
with

imputed_costs as (
    {{ dated('imputed_costs', ['cost_id'], ['monthly_amount', 'cost_center_id', 'cost_category']) }}
),

cost_centers as (
    select * from {{ ref('dim_cost_centers') }}
),

ledger_months as (
    select
        min(month) as first_month,
        max(month) as last_month
    from {{ ref('fct_ledger_entries') }}
),

final as (
    select
        imputed_costs.month,
        imputed_costs.cost_id,
        imputed_costs.cost_center_id,
        coalesce(imputed_costs.cost_category, 'imputed') as cost_category,
        cast(imputed_costs.monthly_amount as decimal(18, 2)) as monthly_amount,
        case
            when imputed_costs.cost_center_id is null then 'company'
            when cost_centers.cost_center_id is null then 'unassigned'
            when cost_centers.cost_center_kind = 'company' then 'company'
            else 'pool'
        end as route
    from imputed_costs
    inner join ledger_months
        on
            imputed_costs.month >= ledger_months.first_month
            and imputed_costs.month <= ledger_months.last_month
    left join cost_centers on imputed_costs.cost_center_id = cost_centers.cost_center_id
    where imputed_costs.monthly_amount <> 0
)

select * from final
