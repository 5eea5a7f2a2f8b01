{{ config(enabled=system_is_used('extracts')) }}

-- What each source system says a customer is, one row per system, customer, scheme, value and
-- start.
{{ stage_source('extracts', 'customer_tags') }}
