{{ config(enabled=system_is_used('extracts')) }}

-- What was done for whom, as counted by cost drivers, one row per event.
{{ stage_source('extracts', 'activity_events') }}
