{{ config(enabled=system_is_used('extracts')) }}

-- Open invoices of the opening balance, one row each.
{{ stage_source('extracts', 'opening_items') }}
