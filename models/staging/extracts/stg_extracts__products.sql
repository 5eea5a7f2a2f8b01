{{ config(enabled=system_is_used('extracts')) }}

-- Products, one row each.
{{ stage_source('extracts', 'products') }}
