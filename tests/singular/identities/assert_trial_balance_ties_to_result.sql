-- In each month the debits of the trial balance are its credits, its balances sum to zero, and what
-- revenue and expense accounts moved is the company's result by its terms, to the cent. What an
-- entry with lines in two months leaves open in between is allowed for. Opening balances that do
-- not sum to zero fail here: deliver them whole.
with

balances as (
    select
        month,
        sum(opening_balance_amount) as opening_balance_amount,
        sum(debit_amount) as debit_amount,
        sum(credit_amount) as credit_amount,
        sum(closing_balance_amount) as closing_balance_amount,
        sum(profit_amount) as profit_amount
    from {{ ref('rpt_trial_balance_monthly') }}
    group by month
),

entries as (
    select
        month,
        sum(amount) as amount
    from {{ ref('fct_ledger_entries') }}
    group by month
),

open_entries as (
    select
        balances.month,
        coalesce(entries.amount, 0) as movement_amount,
        sum(coalesce(entries.amount, 0)) over (
            order by balances.month
            rows between unbounded preceding and current row
        ) as closing_amount
    from balances
    left join entries on balances.month = entries.month
),

results as (
    select
        month,
        sum(amount) as amount
    from {{ ref('rpt_company_result_monthly') }}
    group by month
)

select
    coalesce(balances.month, results.month) as month,
    balances.debit_amount - balances.credit_amount as movement_amount,
    balances.opening_balance_amount,
    balances.closing_balance_amount,
    balances.profit_amount,
    results.amount as result_amount
from balances
full outer join results on balances.month = results.month
left join open_entries on balances.month = open_entries.month
where
    balances.month is null
    or results.month is null
    or balances.debit_amount - balances.credit_amount <> open_entries.movement_amount
    or balances.opening_balance_amount
    <> open_entries.closing_amount - open_entries.movement_amount
    or balances.closing_balance_amount <> open_entries.closing_amount
    or balances.profit_amount <> results.amount
