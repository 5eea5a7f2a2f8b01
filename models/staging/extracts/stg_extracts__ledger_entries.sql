{{ config(enabled=system_is_used('extracts')) }}

-- Lines of journal entries, one row each; the lines of an entry sum to zero.
{{ stage_source('extracts', 'ledger_entries') }}
