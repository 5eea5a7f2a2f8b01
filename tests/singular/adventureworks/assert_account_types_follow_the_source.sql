{{ config(enabled=system_is_used('adventureworks')) }}

-- Posting accounts by type: the source calls equity a liability and counts none of its sums here;
-- the two accounts that the adapter adds are among equity and expense.
with

found as (
    select
        account_type,
        count(*) as account_count,
        min(account_id) as first_account,
        sum(case when is_cash then 1 else 0 end) as cash_count
    from {{ ref('stg_adventureworks__ledger_accounts') }}
    group by account_type
),

expected as (
    select
        known_types.account_type,
        known_types.account_count,
        known_types.first_account,
        known_types.cash_count
    from (
        values
        ('asset', 17, '1110', 1),
        ('liability', 12, '2210', 0),
        ('equity', 5, '3010', 0),
        ('revenue', 6, '4200', 0),
        ('expense', 30, '4130', 0)
    ) as known_types (account_type, account_count, first_account, cash_count)
)

select
    coalesce(expected.account_type, found.account_type) as account_type,
    found.account_count,
    found.first_account,
    found.cash_count
from expected
full outer join found on expected.account_type = found.account_type
where
    expected.account_count is distinct from found.account_count
    or expected.first_account is distinct from found.first_account
    or expected.cash_count is distinct from found.cash_count
