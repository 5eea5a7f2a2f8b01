{{ config(enabled=system_is_used('extracts')) }}

-- Subscriptions, one row each.
{{ stage_source('extracts', 'subscriptions') }}
