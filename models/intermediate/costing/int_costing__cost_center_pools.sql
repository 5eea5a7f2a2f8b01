-- Grain: one row per month, cost centre, cost category and cash-effectiveness: the primary cost of
-- a service or operating cost centre, positive for expense. Imputed costs join the pools of their
-- cost centre; the company gives the same amount back (method, section 2.6).
with

ledger_lines as (
    select * from {{ ref('int_costing__ledger_lines_classified') }}
),

imputed_costs as (
    select * from {{ ref('int_costing__imputed_costs_dated') }}
),

cost_centers as (
    select * from {{ ref('dim_cost_centers') }}
),

pool_amounts as (
    select
        month,
        cost_center_id,
        cost_category,
        is_cash_effective,
        -profit_amount as amount
    from ledger_lines
    where route = 'pool'

    union all

    select
        month,
        cost_center_id,
        cost_category,
        false as is_cash_effective,
        monthly_amount as amount
    from imputed_costs
    where route = 'pool'
),

final as (
    select
        pool_amounts.month,
        pool_amounts.cost_center_id,
        cost_centers.cost_center_kind,
        pool_amounts.cost_category,
        pool_amounts.is_cash_effective,
        cast(sum(pool_amounts.amount) as decimal(18, 2)) as amount
    from pool_amounts
    inner join cost_centers on pool_amounts.cost_center_id = cost_centers.cost_center_id
    group by
        pool_amounts.month,
        pool_amounts.cost_center_id,
        cost_centers.cost_center_kind,
        pool_amounts.cost_category,
        pool_amounts.is_cash_effective
)

select * from final
