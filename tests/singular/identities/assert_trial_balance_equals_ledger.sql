-- The trial balance holds each account's debits and credits of each month as the ledger does, opens
-- with the balances that were delivered, and each month with what the month before left.
with

ledger as (
    select
        account_id,
        month,
        coalesce(sum(amount) filter (where amount > 0), 0) as debit_amount,
        coalesce(sum(-amount) filter (where amount < 0), 0) as credit_amount
    from {{ ref('fct_ledger_entries') }}
    group by account_id, month
),

balances as (
    select
        account_id,
        month,
        opening_balance_amount,
        debit_amount,
        credit_amount,
        closing_balance_amount,
        lag(closing_balance_amount) over (partition by account_id order by month)
            as carried_amount
    from {{ ref('rpt_trial_balance_monthly') }}
),

first_balances as (
    select * from balances where carried_amount is null
),

delivered as (
    select
        account_id,
        cast(amount as decimal(18, 2)) as amount
    from {{ staged('opening_balances') }}
    where as_of = (select min(as_of) from {{ staged('opening_balances') }})
)

select
    coalesce(ledger.account_id, balances.account_id) as account_id,
    coalesce(ledger.month, balances.month) as month,
    'movement' as difference,
    ledger.debit_amount - ledger.credit_amount as expected_amount,
    balances.debit_amount - balances.credit_amount as found_amount
from ledger
full outer join balances
    on ledger.account_id = balances.account_id and ledger.month = balances.month
where
    ledger.month is null and (balances.debit_amount <> 0 or balances.credit_amount <> 0)
    or ledger.month is not null and balances.month is null
    or ledger.debit_amount <> balances.debit_amount
    or ledger.credit_amount <> balances.credit_amount

union all

select
    coalesce(delivered.account_id, first_balances.account_id) as account_id,
    first_balances.month,
    'opening balance' as difference,
    delivered.amount as expected_amount,
    first_balances.opening_balance_amount as found_amount
from delivered
full outer join first_balances on delivered.account_id = first_balances.account_id
where
    first_balances.account_id is null
    or coalesce(delivered.amount, 0) <> first_balances.opening_balance_amount

union all

select
    account_id,
    month,
    'carried balance' as difference,
    coalesce(carried_amount, opening_balance_amount) as expected_amount,
    closing_balance_amount - debit_amount + credit_amount as found_amount
from balances
where
    carried_amount <> opening_balance_amount
    or opening_balance_amount + debit_amount - credit_amount <> closing_balance_amount
