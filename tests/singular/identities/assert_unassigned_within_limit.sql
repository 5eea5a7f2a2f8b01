{{ config(meta={
    'remedy': 'give the cost owners, or raise unassigned_limit_pct in company_settings and look '
    'into governance.rpt_unassigned_monthly'
}) }}

-- The cost that belongs to nobody stays below the declared share of a month's expense
-- (`unassigned_limit_pct`). Sales of nobody are no cost.
with

unassigned as (
    select postings.month, sum(abs(postings.amount)) as amount
    from {{ ref('rpt_unassigned_monthly') }} as postings
    where
        not exists (
            select 1 from {{ ref('dim_statement_lines') }} as lines
            where
                lines.line_id = postings.line_id
                and lines.parent_line_id = 'net_revenue'
        )
    group by postings.month
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
