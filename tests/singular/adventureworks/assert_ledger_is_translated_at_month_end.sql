{{ config(
    enabled=system_is_used('adventureworks'),
    meta={'dagster': {'ref': {'name': 'stg_adventureworks__ledger_translated'}}}
) }}

-- Every actual, monetary row of the source is there once, and is its amount times the dollars that
-- a unit of the division's currency is worth on the last day of its month, to half a cent.
with

ledger_rows as (
    select * from {{ ref('stg_adventureworks__ledger_translated') }}
),

source_rows as (
    select
        finance.financekey as finance_key,
        finance.amount,
        organizations.currencykey as currency_key
    from {{ source('adventureworks', 'fact_finance') }} as finance
    inner join {{ source('adventureworks', 'dim_scenario') }} as scenarios
        on finance.scenariokey = scenarios.scenariokey
    inner join {{ source('adventureworks', 'dim_account') }} as accounts
        on finance.accountkey = accounts.accountkey
    inner join {{ source('adventureworks', 'dim_organization') }} as organizations
        on finance.organizationkey = organizations.organizationkey
    where
        scenarios.scenarioname = 'Actual'
        and accounts.accounttype not in ('Statistical', 'Balances', 'Flow')
),

rates as (
    select
        currencykey as currency_key,
        cast(date as date) as rate_on,
        endofdayrate as rate
    from {{ source('adventureworks', 'fact_currency_rate') }}
),

rows_with_rates as (
    select
        source_rows.finance_key as source_key,
        ledger_rows.finance_key as staged_key,
        abs(source_rows.amount) * rates.rate as expected_amount,
        abs(cast(ledger_rows.amount as double)) as staged_amount
    from source_rows
    full outer join ledger_rows on source_rows.finance_key = ledger_rows.finance_key
    left join rates
        on
            source_rows.currency_key = rates.currency_key
            and last_day(ledger_rows.month) = rates.rate_on
)

select *
from rows_with_rates
where
    source_key is null
    or staged_key is null
    or expected_amount is null
    or abs(staged_amount - expected_amount) > 0.005000001
