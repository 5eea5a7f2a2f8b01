{{ config(
    enabled=system_is_used('adventureworks'),
    meta={'dagster': {'ref': {'name': 'fct_ledger_entries'}}}
) }}

-- By month and account, core's ledger is the translated ledger of the source: for revenue and
-- expense the sum of its rows.
with

staged as (
    select
        month,
        account_id,
        sum(amount) as amount
    from {{ ref('stg_adventureworks__ledger_translated') }}
    where not is_balance
    group by month, account_id
),

core as (
    select
        entries.month,
        entries.account_id,
        sum(entries.amount) as amount
    from {{ ref('fct_ledger_entries') }} as entries
    inner join {{ ref('dim_ledger_accounts') }} as accounts
        on entries.account_id = accounts.account_id
    where accounts.account_type in ('revenue', 'expense')
    group by entries.month, entries.account_id
)

select
    coalesce(staged.month, core.month) as month,
    coalesce(staged.account_id, core.account_id) as account_id,
    staged.amount as staged_amount,
    core.amount as core_amount
from staged
full outer join core
    on
        staged.month = core.month
        and staged.account_id = core.account_id
where staged.amount is distinct from core.amount
