{{ config(meta={
    'remedy': 'give the cost owners, or raise unassigned_limit_pct in company_settings and look '
    'into governance.rpt_unassigned_monthly'
}) }}

-- What belongs to nobody stays below the declared share of a month's expense
-- (`unassigned_limit_pct`).
with

unassigned as (
    select month, sum(abs(amount)) as amount
    from {{ ref('rpt_unassigned_monthly') }}
    group by month
),

expenses as (
    select entries.month, sum(abs(entries.amount)) as amount
    from {{ ref('fct_ledger_entries') }} as entries
    inner join {{ ref('dim_ledger_accounts') }} as accounts
        on entries.account_id = accounts.account_id
    where accounts.account_type = 'expense'
    group by entries.month
)

select
    unassigned.month,
    unassigned.amount as unassigned_amount,
    expenses.amount as expense_amount
from unassigned
left join expenses on unassigned.month = expenses.month
inner join {{ ref('dim_settings') }} as settings on settings.setting = 'unassigned_limit_pct'
where unassigned.amount * 100 > coalesce(expenses.amount, 0) * cast(settings.value as decimal(9, 4))
