{{ config(enabled=system_is_used('extracts')) }}

-- Rows that landing could not read, one row each, without their text. Written by landing, not
-- delivered.
{{ stage_source('extracts', 'rejected_rows') }}
