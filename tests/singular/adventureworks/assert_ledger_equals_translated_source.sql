{{ config(
    enabled=system_is_used('adventureworks'),
    meta={'dagster': {'ref': {'name': 'stg_adventureworks__ledger_entries'}}}
) }}

-- By month, account and cost centre: posted revenue and expense are the source's amounts,
-- translated and rounded a row; posted balances, summed up to a month, are the source's balances
-- of that month. The clearing account aside, nothing else is posted.
with

entries as (
    select * from {{ ref('stg_adventureworks__ledger_entries') }}
),

ledger_rows as (
    select * from {{ ref('stg_adventureworks__ledger_translated') }}
),

months as (
    select distinct month from ledger_rows
),

expected as (
    select
        month,
        account_id,
        cost_center_id,
        is_balance,
        sum(amount) as amount
    from ledger_rows
    group by month, account_id, cost_center_id, is_balance
),

posted_results as (
    select
        {{ month_of('posted_on') }} as month,
        account_id,
        cost_center_id,
        false as is_balance,
        sum(amount) as amount
    from entries
    where entry_id like '%-result' and account_id <> 'AW-CLEARING'
    group by {{ month_of('posted_on') }}, account_id, cost_center_id
),

posted_balances as (
    select
        months.month,
        entries.account_id,
        entries.cost_center_id,
        true as is_balance,
        sum(entries.amount) as amount
    from months
    inner join entries on months.month >= {{ month_of('entries.posted_on') }}
    where entries.entry_id not like '%-result' and entries.account_id <> 'AW-CLEARING'
    group by months.month, entries.account_id, entries.cost_center_id
),

posted as (
    select * from posted_results
    union all
    select * from posted_balances
)

select
    coalesce(expected.month, posted.month) as month,
    coalesce(expected.account_id, posted.account_id) as account_id,
    coalesce(expected.cost_center_id, posted.cost_center_id) as cost_center_id,
    expected.amount as expected_amount,
    posted.amount as posted_amount
from expected
full outer join posted
    on
        expected.month = posted.month
        and expected.account_id = posted.account_id
        and expected.cost_center_id = posted.cost_center_id
        and expected.is_balance = posted.is_balance
where coalesce(expected.amount, 0) <> coalesce(posted.amount, 0)
