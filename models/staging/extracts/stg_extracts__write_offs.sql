{{ config(enabled=system_is_used('extracts')) }}

-- Receivables given up, one row per invoice and day.
{{ stage_source('extracts', 'write_offs') }}
