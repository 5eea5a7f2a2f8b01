{{ config(enabled=system_is_used('adventureworks')) }}

-- Grain: one account that can be posted to. Sums and statistical accounts (headcount, units, square
-- feet) are no accounts of a ledger. Two are added: the counter-account of one-sided entries, and
-- an account without postings that lets the freight of orders be charged, all of it unposted.
with

accounts as (
    select * from {{ source('adventureworks', 'dim_account') }}
),

posting_accounts as (
    select
        cast(accounts.accountcodealternatekey as string) as account_id,
        accounts.accountdescription as account_name,
        case
            when accounts.accounttype = 'Assets' then 'asset'
            when accounts.accounttype = 'Revenue' then 'revenue'
            when accounts.accounttype = 'Expenditures' then 'expense'
            when 'Owners Equity' in (parents.accountdescription, grandparents.accountdescription)
                then 'equity'
            else 'liability'
        end as account_type,
        accounts.accountdescription = 'Cash' as is_cash
    from accounts
    left join accounts as parents
        on accounts.parentaccountkey = parents.accountkey
    left join accounts as grandparents
        on parents.parentaccountkey = grandparents.accountkey
    where
        accounts.accounttype in ('Assets', 'Liabilities', 'Revenue', 'Expenditures')
        and not exists (
            select 1
            from accounts as children
            where children.parentaccountkey = accounts.accountkey
        )
),

added_accounts as (
    select
        'AW-CLEARING' as account_id,
        'Clearing of one-sided entries (added by the adapter)' as account_name,
        'equity' as account_type,
        false as is_cash

    union all

    select
        'AW-FREIGHT' as account_id,
        'Freight of orders, without postings (added by the adapter)' as account_name,
        'expense' as account_type,
        false as is_cash
),

all_accounts as (
    select * from posting_accounts
    union all
    select * from added_accounts
),

final as (
    select
        account_id,
        account_name,
        account_type,
        is_cash,
        cast(null as timestamp) as recorded_at
    from all_accounts
)

select * from final
