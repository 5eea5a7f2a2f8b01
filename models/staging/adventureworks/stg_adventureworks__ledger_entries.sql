{{ config(enabled=system_is_used('adventureworks')) }}

-- Grain: one entry line. Two entries for each month and division:
--   <month>-<division>-result    revenue and expense, a line for each row of the source, numbered
--                                by it; the source has no counter-line
--   <month>-<division>-balances  what each balance-sheet account moved since the month before:
--                                the source has month-end balances, the first counts from zero
-- Each ends in line 0 on the clearing account: the result, and cents from translation.
with

ledger_rows as (
    select * from {{ ref('stg_adventureworks__ledger_translated') }}
),

last_month as (
    select max(month) as month
    from ledger_rows
    where is_balance
),

-- A balance counts in its own month and is taken off again in the next; an account that the
-- source leaves out of a month has no balance then.
movements as (
    select
        ledger_rows.month,
        ledger_rows.organization_key,
        ledger_rows.account_id,
        ledger_rows.cost_center_id,
        ledger_rows.amount
    from ledger_rows
    where ledger_rows.is_balance

    union all

    select
        {{ add_months('ledger_rows.month', 1) }} as month,
        ledger_rows.organization_key,
        ledger_rows.account_id,
        ledger_rows.cost_center_id,
        -ledger_rows.amount as amount
    from ledger_rows
    inner join last_month
        on ledger_rows.month < last_month.month
    where ledger_rows.is_balance
),

summed_movements as (
    select
        month,
        organization_key,
        account_id,
        cost_center_id,
        cast(sum(amount) as decimal(18, 2)) as amount
    from movements
    group by month, organization_key, account_id, cost_center_id
),

source_lines as (
    select
        'result' as entry_kind,
        month,
        organization_key,
        finance_key as line_number,
        account_id,
        cost_center_id,
        amount
    from ledger_rows
    where not is_balance

    union all

    select
        'balances' as entry_kind,
        month,
        organization_key,
        row_number() over (
            partition by month, organization_key order by account_id, cost_center_id
        ) as line_number,
        account_id,
        cost_center_id,
        amount
    from summed_movements
    where amount <> 0
),

clearing_lines as (
    select
        entry_kind,
        month,
        organization_key,
        0 as line_number,
        'AW-CLEARING' as account_id,
        cast(null as string) as cost_center_id,
        -sum(amount) as amount
    from source_lines
    group by entry_kind, month, organization_key
    having sum(amount) <> 0
),

entry_lines as (
    select * from source_lines
    union all
    select * from clearing_lines
),

final as (
    select
        'AW-' || substr(cast(month as string), 1, 7)
        || '-' || cast(organization_key as string) || '-' || entry_kind as entry_id,
        cast(line_number as integer) as line_number,
        last_day(month) as posted_on,
        account_id,
        cast(amount as decimal(18, 2)) as amount,
        cost_center_id,
        cast(null as string) as customer_id,
        cast(null as string) as order_id,
        cast(null as string) as product_id,
        cast(null as string) as segment_id,
        cast(null as timestamp) as recorded_at
    from entry_lines
)

select * from final
