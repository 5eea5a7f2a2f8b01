{{ config(enabled=system_is_used('extracts')) }}

-- Invoices and credit notes, one row each.
{{ stage_source('extracts', 'invoices') }}
