{{ config(enabled=system_is_used('extracts')) }}

-- Invoices from, payments and prepayments to suppliers, one row each.
{{ stage_source('extracts', 'supplier_documents') }}
