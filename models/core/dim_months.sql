-- Grain: one row per calendar month from the first to the last month with a ledger entry, an order,
-- an order line, an event or a payment. A month is complete once its books are in: the ledger
-- reaches it, and the latest date of entries, orders, events, invoices and payments lies
-- `month_complete_after_days` behind its end. No clock is asked. Its place in the fiscal calendar
-- follows from `fiscal_year_first_month` (method, section 1). What came after a month was closed
-- may need an open month behind the last one (section 9).
with

orders as (
    select * from {{ staged('orders') }}
),

dates as (
    select
        min(posted_on) as first_on,
        max(posted_on) as last_on,
        max(posted_on) as happened_on,
        max(posted_on) as booked_on
    from {{ staged('ledger_entries') }}
    union all
    select
        min(ordered_on) as first_on,
        max(ordered_on) as last_on,
        max(ordered_on) as happened_on,
        cast(null as date) as booked_on
    from {{ staged('orders') }}
    union all
    select
        min(shipped_on) as first_on,
        max(shipped_on) as last_on,
        cast(null as date) as happened_on,
        cast(null as date) as booked_on
    from {{ staged('orders') }}
    union all
    select
        min(recognised_on) as first_on,
        max(recognised_on) as last_on,
        cast(null as date) as happened_on,
        cast(null as date) as booked_on
    from {{ staged('order_lines') }}
    union all
    select
        min(incurred_on) as first_on,
        max(incurred_on) as last_on,
        cast(null as date) as happened_on,
        cast(null as date) as booked_on
    from {{ staged('order_costs') }}
    union all
    select
        min(issued_on) as first_on,
        max(issued_on) as last_on,
        max(issued_on) as happened_on,
        cast(null as date) as booked_on
    from {{ staged('invoices') }}
    union all
    select
        min(paid_on) as first_on,
        max(paid_on) as last_on,
        max(paid_on) as happened_on,
        cast(null as date) as booked_on
    from {{ staged('payments') }}
    union all
    select
        min(occurred_on) as first_on,
        max(occurred_on) as last_on,
        max(occurred_on) as happened_on,
        cast(null as date) as booked_on
    from {{ staged('activity_events') }}
),

bounds as (
    select
        {{ month_of('min(first_on)') }} as first_month,
        {{ month_of('max(last_on)') }} as last_month,
        max(last_on) as last_on,
        max(happened_on) as latest_on,
        max(booked_on) as booked_on
    from dates
),

reporting_months as (
    select * from {{ ref('dim_reporting_months') }}
),

days_with_closed_end as (
    select
        reporting_months.recorded_on
    from reporting_months
    inner join bounds on reporting_months.economic_month = bounds.last_month
),

last_event as (
    select max(last_event_on) as event_on from reporting_months
),

recorded_rows as (
    {%- for table, column in [
        ('ledger_entries', 'posted_on'), ('orders', 'ordered_on'),
        ('order_lines', 'recognised_on'), ('order_costs', 'incurred_on'),
        ('invoices', 'issued_on'), ('payments', 'paid_on'), ('activity_events', 'occurred_on')
    ] %}
    select
        {{ 'order_id' if table == 'order_lines' else 'cast(null as string)' }} as order_id,
        {{ column }} as dated_on,
        cast(recorded_at as date) as recorded_on
    from {{ staged(table) }}
    where recorded_at is not null
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

rows_behind_the_end as (
    select
        recorded_rows.order_id,
        recorded_rows.dated_on,
        recorded_rows.recorded_on,
        days_with_closed_end.recorded_on as known_on
    from recorded_rows
    cross join last_event
    inner join days_with_closed_end
        on least(recorded_rows.recorded_on, last_event.event_on) = days_with_closed_end.recorded_on
),

dated_rows as (
    select
        {{ month_of(
            'coalesce(rows_behind_the_end.dated_on, orders.shipped_on, orders.ordered_on,'
            ~ ' least(rows_behind_the_end.recorded_on, bounds.last_on))'
        ) }} as economic_month,
        rows_behind_the_end.known_on
    from rows_behind_the_end
    cross join bounds
    left join orders on rows_behind_the_end.order_id = orders.order_id
),

late_months as (
    select max(reporting_months.reporting_month) as last_month
    from dated_rows
    inner join reporting_months
        on
            dated_rows.economic_month = reporting_months.economic_month
            and dated_rows.known_on = reporting_months.recorded_on
),

reported_bounds as (
    select
        bounds.first_month,
        greatest(bounds.last_month, coalesce(late_months.last_month, bounds.last_month))
            as last_month
    from bounds
    cross join late_months
),

patience as (
    select coalesce(max(cast(value as integer)), 0) as complete_after_days
    from {{ ref('dim_settings') }}
    where setting = 'month_complete_after_days'
),

fiscal_settings as (
    select coalesce(max(cast(value as integer)), 1) as first_month
    from {{ ref('dim_settings') }}
    where setting = 'fiscal_year_first_month'
),

months as (
    {{ calendar_months('reported_bounds') }}
),

judged_months as (
    select
        months.month,
        months.month_end,
        months.next_month,
        coalesce(
            {{ add_days('months.month_end', 'patience.complete_after_days') }} <= bounds.latest_on
            and months.month <= bounds.booked_on,
            false
        ) as is_complete
    from months
    cross join bounds
    cross join patience
),

final as (
    select
        judged_months.month,
        judged_months.month_end,
        judged_months.next_month,
        judged_months.is_complete,
        judged_months.is_complete
        and judged_months.month
        = max(case when judged_months.is_complete then judged_months.month end) over ()
            as is_last_complete,
        {{ fiscal_year('judged_months.month', 'fiscal_settings.first_month') }} as fiscal_year,
        {{ fiscal_quarter('judged_months.month', 'fiscal_settings.first_month') }}
            as fiscal_quarter,
        {{ fiscal_period('judged_months.month', 'fiscal_settings.first_month') }} as fiscal_period
    from judged_months
    cross join fiscal_settings
)

select * from final
