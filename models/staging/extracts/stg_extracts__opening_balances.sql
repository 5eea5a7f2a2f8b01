{{ config(enabled=system_is_used('extracts')) }}

-- Balances of accounts before the first entry, one row per day and account.
{{ stage_source('extracts', 'opening_balances') }}
