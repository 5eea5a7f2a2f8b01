{{ config(enabled=system_is_used('adventureworks')) }}

-- The signs of all revenue and expense accounts: in every division's own currency the result of a
-- month is what Current Retained Earnings (3550) moved, and in the first month of a fiscal year,
-- July in the source and January here, what it is.
with

ledger_rows as (
    select * from {{ ref('stg_adventureworks__ledger_translated') }}
),

monthly as (
    select
        organization_key,
        month,
        sum(case when is_balance then 0 else source_amount end) as result_amount,
        sum(case when account_id = '3550' then source_amount else 0 end) as retained_amount
    from ledger_rows
    group by organization_key, month
),

with_previous as (
    select
        organization_key,
        month,
        result_amount,
        retained_amount,
        case
            when month(month) = 1 then 0
            else
                coalesce(
                    lag(retained_amount) over (partition by organization_key order by month), 0
                )
        end as previous_amount
    from monthly
)

select *
from with_previous
where result_amount <> retained_amount - previous_amount
