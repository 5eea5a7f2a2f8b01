{{ config(enabled=system_is_used('adventureworks'), materialized='table') }}

-- Grain: one row of the departmental ledger, actuals without statistical accounts, debit positive,
-- in US dollars at the end-of-day rate of the last day of its month, rounded a row.
--
-- Month: the source's dates are the first days of the months from July 2001 on (and the last days
-- of three fiscal years), moved by 3,468 days. Moved back and then on by 114 whole months, the 36
-- periods are January 2011 to December 2013, each the month that it overlaps for four weeks.
{%- set days_moved = 3468 %}
{%- set months_moved = 114 %}
with

finance as (
    select * from {{ source('adventureworks', 'fact_finance') }}
),

scenarios as (
    select * from {{ source('adventureworks', 'dim_scenario') }}
),

accounts as (
    select * from {{ source('adventureworks', 'dim_account') }}
),

organizations as (
    select * from {{ source('adventureworks', 'dim_organization') }}
),

rates as (
    select * from {{ source('adventureworks', 'fact_currency_rate') }}
),

actuals as (
    select
        finance.financekey as finance_key,
        finance.organizationkey as organization_key,
        'DG-' || cast(finance.departmentgroupkey as string) as cost_center_id,
        cast(accounts.accountcodealternatekey as string) as account_id,
        accounts.accounttype as source_account_type,
        accounts.accounttype in ('Assets', 'Liabilities') as is_balance,
        organizations.currencykey as currency_key,
        {{ month_of(
            add_months(month_of(add_days('finance.date', -days_moved)), months_moved)
        ) }} as month,
        cast(
            cast(finance.amount as decimal(28, 8))
            * case when accounts.accounttype in ('Assets', 'Expenditures') then 1 else -1 end
            as decimal(18, 2)
        ) as source_amount
    from finance
    inner join scenarios
        on finance.scenariokey = scenarios.scenariokey
    inner join accounts
        on finance.accountkey = accounts.accountkey
    inner join organizations
        on finance.organizationkey = organizations.organizationkey
    where
        scenarios.scenarioname = 'Actual'
        and accounts.accounttype in ('Assets', 'Liabilities', 'Revenue', 'Expenditures')
),

final as (
    select
        actuals.finance_key,
        actuals.organization_key,
        actuals.cost_center_id,
        actuals.account_id,
        actuals.source_account_type,
        actuals.is_balance,
        actuals.month,
        last_day(actuals.month) as posted_on,
        actuals.source_amount,
        cast(rates.endofdayrate as decimal(24, 12)) as closing_rate,
        cast(
            cast(actuals.source_amount as decimal(20, 2))
            * cast(rates.endofdayrate as decimal(16, 12)) as decimal(18, 2)
        ) as amount
    from actuals
    left join rates
        on
            actuals.currency_key = rates.currencykey
            and last_day(actuals.month) = cast(rates.date as date)
)

select * from final
