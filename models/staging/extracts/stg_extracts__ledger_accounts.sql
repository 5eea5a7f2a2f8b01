{{ config(enabled=system_is_used('extracts')) }}

-- Accounts of the ledger, one row each.
{{ stage_source('extracts', 'ledger_accounts') }}
