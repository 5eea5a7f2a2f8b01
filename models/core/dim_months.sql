-- Grain: one row per calendar month from the first to the last month with a ledger entry, an order,
-- an order line, an event or a payment. Method, section 1.
with

dates as (
    select min(posted_on) as first_on, max(posted_on) as last_on from {{ staged('ledger_entries') }}
    union all
    select min(ordered_on) as first_on, max(ordered_on) as last_on from {{ staged('orders') }}
    union all
    select min(shipped_on) as first_on, max(shipped_on) as last_on from {{ staged('orders') }}
    union all
    select min(recognised_on) as first_on, max(recognised_on) as last_on
    from {{ staged('order_lines') }}
    union all
    select min(incurred_on) as first_on, max(incurred_on) as last_on
    from {{ staged('order_costs') }}
    union all
    select min(issued_on) as first_on, max(issued_on) as last_on from {{ staged('invoices') }}
    union all
    select min(paid_on) as first_on, max(paid_on) as last_on from {{ staged('payments') }}
    union all
    select min(occurred_on) as first_on, max(occurred_on) as last_on
    from {{ staged('activity_events') }}
),

bounds as (
    select
        {{ month_of('min(first_on)') }} as first_month,
        {{ month_of('max(last_on)') }} as last_month
    from dates
),

-- Every month of the years 1 to 9999, so that no calendar is ever cut.
offsets as (
    select cast(numbers.id as integer) as month_offset from {{ numbers_below(9999 * 12) }}
),

final as (
    select
        {{ add_months('bounds.first_month', 'offsets.month_offset') }} as month,
        {{ add_days(add_months('bounds.first_month', '(offsets.month_offset + 1)'), -1) }}
            as month_end,
        {{ add_months('bounds.first_month', '(offsets.month_offset + 1)') }} as next_month
    from bounds
    cross join offsets
    where
        offsets.month_offset
        <= {{ months_between('bounds.first_month', 'bounds.last_month') }}
)

select * from final
