{{ config(enabled=system_is_used('extracts')) }}

-- Customers, one row each.
{{ stage_source('extracts', 'customers') }}
