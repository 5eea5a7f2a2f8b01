{{ config(enabled=system_is_used('adventureworks')) }}

-- Every entry sums to zero. The clearing line of a result entry is the whole result; that of a
-- balances entry is what translation rounds, at most half a cent a balance of this and last month.
with

entries as (
    select * from {{ ref('stg_adventureworks__ledger_entries') }}
),

summed_entries as (
    select
        entry_id,
        count(*) as line_count,
        sum(amount) as amount,
        sum(case when account_id = 'AW-CLEARING' then 1 else 0 end) as clearing_count,
        sum(case when account_id = 'AW-CLEARING' then amount else 0 end) as clearing_amount
    from entries
    group by entry_id
)

select *
from summed_entries
where
    amount <> 0
    or clearing_count > 1
    or (entry_id like '%-result' and clearing_count <> 1)
    or (entry_id not like '%-result' and abs(clearing_amount) > 0.01 * line_count)
