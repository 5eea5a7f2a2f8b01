-- Direct costs of customers that a horizon avoids are those that the ledger holds on accounts which
-- can be avoided within it, month by month. Rebates lower net revenue and vanish at once.
with

horizons as (
    select
        month,
        horizon_months,
        sum(avoidable_direct_cost_amount) as amount
    from {{ ref('rpt_contribution_horizons_monthly') }}
    group by month, horizon_months
),

ledger_costs as (
    select
        ledger_lines.month,
        accounts.avoidable_within_months,
        -sum(ledger_lines.profit_amount) as amount
    from {{ ref('int_costing__ledger_lines_classified') }} as ledger_lines
    inner join {{ ref('dim_ledger_accounts') }} as accounts
        on ledger_lines.account_id = accounts.account_id
    inner join {{ ref('dim_statement_lines') }} as statement_lines
        on ledger_lines.line_id = statement_lines.line_id
    where
        ledger_lines.route = 'direct'
        and ledger_lines.object_level = 'customer'
        and statement_lines.is_contribution_2
        and not statement_lines.is_net_revenue
    group by ledger_lines.month, accounts.avoidable_within_months
)

select
    horizons.month,
    horizons.horizon_months,
    max(horizons.amount) as avoidable_amount,
    coalesce(sum(ledger_costs.amount), 0) as ledger_amount
from horizons
left join ledger_costs
    on
        horizons.month = ledger_costs.month
        and horizons.horizon_months >= ledger_costs.avoidable_within_months
group by horizons.month, horizons.horizon_months
having max(horizons.amount) <> coalesce(sum(ledger_costs.amount), 0)
