{{ config(enabled=system_is_used('extracts')) }}

-- Orders, one row each.
{{ stage_source('extracts', 'orders') }}
