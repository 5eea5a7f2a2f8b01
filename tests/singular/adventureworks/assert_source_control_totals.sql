{{ config(enabled=system_is_used('adventureworks')) }}

-- The published control totals of the source, at its own scale, straight from the landed tables.
-- Rows are what differs.
with

internet_sales as (
    select * from {{ source('adventureworks', 'fact_internet_sales') }}
),

reseller_sales as (
    select * from {{ source('adventureworks', 'fact_reseller_sales') }}
),

finance as (
    select * from {{ source('adventureworks', 'fact_finance') }}
),

scenarios as (
    select * from {{ source('adventureworks', 'dim_scenario') }}
),

accounts as (
    select * from {{ source('adventureworks', 'dim_account') }}
),

actual_balances as (
    select
        accounts.accounttype as account_type,
        cast(sum(cast(finance.amount as decimal(18, 4))) as decimal(28, 4)) as amount
    from finance
    inner join scenarios on finance.scenariokey = scenarios.scenariokey
    inner join accounts on finance.accountkey = accounts.accountkey
    where scenarios.scenarioname = 'Actual'
    group by accounts.accounttype
),

found as (
    select
        'internet lines' as control,
        cast(count(*) as decimal(28, 4)) as amount
    from internet_sales

    union all

    select
        'internet customers' as control,
        cast(count(distinct customerkey) as decimal(28, 4)) as amount
    from internet_sales

    union all

    select
        'internet sales' as control,
        cast(sum(salesamount) as decimal(28, 4)) as amount
    from internet_sales

    union all

    select
        'internet cost' as control,
        cast(sum(totalproductcost) as decimal(28, 4)) as amount
    from internet_sales

    union all

    select
        'reseller lines' as control,
        cast(count(*) as decimal(28, 4)) as amount
    from reseller_sales

    union all

    select
        'resellers' as control,
        cast(count(distinct resellerkey) as decimal(28, 4)) as amount
    from reseller_sales

    union all

    select
        'reseller sales' as control,
        cast(sum(salesamount) as decimal(28, 4)) as amount
    from reseller_sales

    union all

    select
        'reseller cost' as control,
        cast(sum(totalproductcost) as decimal(28, 4)) as amount
    from reseller_sales

    union all

    select
        'ledger rows' as control,
        cast(count(*) as decimal(28, 4)) as amount
    from finance

    union all

    select
        'ledger assets' as control,
        cast(sum(amount) as decimal(28, 4)) as amount
    from actual_balances
    where account_type = 'Assets'

    union all

    select
        'ledger liabilities and equity' as control,
        cast(sum(amount) as decimal(28, 4)) as amount
    from actual_balances
    where account_type = 'Liabilities'
),

expected as (
    select
        control_totals.control,
        cast(control_totals.amount as decimal(28, 4)) as amount
    from (
        values
        ('internet lines', 60398),
        ('internet customers', 18484),
        ('internet sales', 29358677.2207),
        ('internet cost', 17277793.5757),
        ('reseller lines', 60855),
        ('resellers', 635),
        ('reseller sales', 80450596.9823),
        ('reseller cost', 79980114.3790),
        ('ledger rows', 39409),
        ('ledger assets', 553505459.26),
        ('ledger liabilities and equity', 553505459.26)
    ) as control_totals (control, amount)
)

select
    coalesce(expected.control, found.control) as control,
    expected.amount as expected_amount,
    found.amount as found_amount
from expected
full outer join found on expected.control = found.control
where expected.amount is distinct from found.amount
