-- Each option of an event has minutes in the time equation of the event's driver, or its work
-- would be lost; `base` is counted by the event itself and is not an option. An option of a driver
-- without a time equation has no meaning either.
{{ config(tags=['assumptions']) }}

select
    'time_equations' as seed,
    coalesce(events.driver_id, '(unknown event)') || ' > ' || options.option_id as row_key,
    'option of delivered events without minutes' as problem,
    'add the option to time_equations or correct event_options' as remedy,
    count(*) as event_count
from (select * from {{ staged('event_options') }}) as options
left join {{ ref('fct_activity_events') }} as events on options.event_id = events.event_id
left join {{ ref('time_equations') }} as equations
    on
        events.driver_id = equations.driver_id
        and options.option_id = equations.option_id
where
    equations.option_id is null
    or equations.option_id = 'base'
group by events.driver_id, options.option_id
