{{ config(enabled=system_is_used('extracts')) }}

-- Payments received, one row each.
{{ stage_source('extracts', 'payments') }}
