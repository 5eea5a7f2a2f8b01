{{ config(enabled=system_is_used('adventureworks')) }}

-- The ledger's dates, moved back by 3,468 days, are first days of months or the last day of a
-- fiscal year (30 June), and the 36 periods become 36 months without a gap.
with

finance as (
    select * from {{ source('adventureworks', 'fact_finance') }}
),

ledger_rows as (
    select * from {{ ref('stg_adventureworks__ledger_translated') }}
),

original_dates as (
    select distinct {{ add_days('finance.date', -3468) }} as original_on
    from finance
),

months as (
    select
        count(distinct month) as month_count,
        min(month) as first_month,
        max(month) as last_month
    from ledger_rows
)

select
    'no period' as problem,
    original_on as day_on
from original_dates
where day(original_on) <> 1 and not (month(original_on) = 6 and day(original_on) = 30)

union all

select
    'a gap' as problem,
    first_month as day_on
from months
where
    month_count <> 36
    or first_month <> cast('2011-01-01' as date)
    or last_month <> cast('2013-12-01' as date)
