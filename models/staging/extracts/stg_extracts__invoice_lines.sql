{{ config(enabled=system_is_used('extracts')) }}

-- Lines of invoices, for orders that are billed in parts, one row each.
{{ stage_source('extracts', 'invoice_lines') }}
