-- The opening balances are those before the first entry: a balance of a later day already holds
-- what was posted until then, and the trial balance would count it twice. A balance of the day of
-- the first entry is that of its morning.
with

first_day as (
    select min(posted_on) as posted_on from {{ ref('fct_ledger_entries') }}
),

opening_balances as (
    select
        account_id,
        cast(as_of as date) as as_of
    from {{ staged('opening_balances') }}
    where as_of = (select min(as_of) from {{ staged('opening_balances') }})
)

select
    opening_balances.account_id,
    opening_balances.as_of,
    first_day.posted_on as first_posted_on,
    'deliver the balance of the evening before first_posted_on, or every entry since as_of alone'
        as remedy
from opening_balances
inner join first_day on opening_balances.as_of > first_day.posted_on
