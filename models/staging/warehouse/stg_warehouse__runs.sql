-- The last runs before this one, one row each. Written by landing, not delivered.
{{ stage_source('warehouse', 'runs') }}
