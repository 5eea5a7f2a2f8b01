-- The identity (method, section 1): in each month the terms sum to minus the revenue and expense
-- accounts, to the cent. A month that only one side has fails.
with

ledger as (
    select
        entries.month,
        -sum(entries.amount) as amount
    from {{ ref('fct_ledger_entries') }} as entries
    inner join {{ ref('dim_ledger_accounts') }} as accounts
        on entries.account_id = accounts.account_id
    where accounts.is_profit_and_loss
    group by entries.month
),

terms as (
    select
        month,
        sum(amount) as amount
    from {{ ref('rpt_company_result_monthly') }}
    group by month
)

select
    coalesce(ledger.month, terms.month) as month,
    ledger.amount as ledger_amount,
    terms.amount as terms_amount
from ledger
full outer join terms on ledger.month = terms.month
where
    ledger.month is null and terms.amount <> 0
    or ledger.month is not null and terms.month is null
    or ledger.amount <> terms.amount
