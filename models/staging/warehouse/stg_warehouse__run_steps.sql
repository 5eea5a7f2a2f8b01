-- Steps of the last runs before this one, one row per run and step. Written by landing, not
-- delivered.
{{ stage_source('warehouse', 'run_steps') }}
