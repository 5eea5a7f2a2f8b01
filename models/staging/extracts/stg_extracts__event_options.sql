{{ config(enabled=system_is_used('extracts')) }}

-- Options of events, for time equations, one row per event and option.
{{ stage_source('extracts', 'event_options') }}
