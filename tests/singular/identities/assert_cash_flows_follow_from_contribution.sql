-- Of each customer and month: without what is added back as not paid, and before investments, the
-- lines of the cash flow are contribution II; the subtotals are the sums that they name.
with

cash_flow_totals as (
    select
        customer_key,
        month,
        sum(amount) filter (
            where not is_subtotal and line_id not like 'noncash%' and line_id <> 'investments'
        ) as accrued_amount,
        sum(amount) filter (where not is_subtotal and line_id <> 'investments') as paid_amount,
        sum(amount) filter (where line_id = 'contribution_2_cash') as contribution_2_cash_amount,
        sum(amount) filter (where not is_subtotal) as line_amount,
        sum(amount) filter (where line_id = 'customer_cash_flow') as customer_cash_flow_amount
    from {{ ref('fct_customer_cash_flow_monthly') }}
    group by customer_key, month
),

contributions as (
    select
        customer_key,
        month,
        contribution_2_amount
    from {{ ref('fct_customer_contribution_monthly') }}
)

select
    coalesce(cash_flow_totals.customer_key, contributions.customer_key) as customer_key,
    coalesce(cash_flow_totals.month, contributions.month) as month,
    contributions.contribution_2_amount,
    cash_flow_totals.accrued_amount,
    cash_flow_totals.paid_amount,
    cash_flow_totals.contribution_2_cash_amount,
    cash_flow_totals.line_amount,
    cash_flow_totals.customer_cash_flow_amount
from cash_flow_totals
full outer join contributions
    on
        cash_flow_totals.customer_key = contributions.customer_key
        and cash_flow_totals.month = contributions.month
where
    coalesce(cash_flow_totals.accrued_amount, 0) <> coalesce(contributions.contribution_2_amount, 0)
    or coalesce(cash_flow_totals.paid_amount, 0)
    <> coalesce(cash_flow_totals.contribution_2_cash_amount, 0)
    or coalesce(cash_flow_totals.line_amount, 0)
    <> coalesce(cash_flow_totals.customer_cash_flow_amount, 0)
