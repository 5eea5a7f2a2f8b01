{{ config(enabled=system_is_used('extracts')) }}

-- Customers that turned out to be one, one row per customer given up.
{{ stage_source('extracts', 'customer_merges') }}
