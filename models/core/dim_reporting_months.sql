-- Grain: one row per closed month and day on which it was closed, up to the last closing or
-- reopening: the month in which a row of the closed month that became known on that day is
-- reported, the first open one after it. Of a closing and a reopening the later holds, on one day
-- the closing; the day of closing counts as closed. After the last day things stay as they are then
-- (method, section 9). Empty for a company that closes nothing.
with

events as (
    select
        month,
        closed_on as event_on,
        true as is_closed
    from {{ ref('closed_months') }}

    union all

    select
        month,
        reopened_on as event_on,
        false as is_closed
    from {{ ref('reopened_months') }}
),

days_of_events as (
    select
        month,
        event_on,
        bool_or(is_closed) as is_closed
    from events
    group by month, event_on
),

states as (
    select
        month,
        event_on as closed_from,
        is_closed,
        coalesce(
            lead(event_on) over (partition by month order by event_on),
            cast('9999-12-31' as date)
        ) as closed_until
    from days_of_events
),

bounds as (
    select
        {{ month_of('min(event_on)') }} as first_month,
        {{ month_of('max(event_on)') }} as last_month,
        max(event_on) as last_on
    from events
),

calendar as (
    {{ calendar_months('bounds') }}
),

days as (
    select {{ add_days('calendar.month', 'numbers.id') }} as day_on
    from calendar
    cross join bounds
    cross join {{ numbers_below(31) }}
    where
        {{ add_days('calendar.month', 'numbers.id') }} <= calendar.month_end
        and {{ add_days('calendar.month', 'numbers.id') }} <= bounds.last_on
),

closed_days as (
    select
        states.month,
        days.day_on,
        {{ months_between("cast('0001-01-01' as date)", 'states.month') }}
        - row_number() over (partition by days.day_on order by states.month) as run_id
    from states
    inner join days
        on
            states.closed_from <= days.day_on
            and states.closed_until > days.day_on
    where states.is_closed
),

runs as (
    select
        month,
        day_on,
        max(month) over (partition by day_on, run_id) as last_closed_month
    from closed_days
),

final as (
    select
        runs.month as economic_month,
        runs.day_on as recorded_on,
        {{ add_months('runs.last_closed_month', '1') }} as reporting_month,
        bounds.last_on as last_event_on
    from runs
    cross join bounds
)

select * from final
