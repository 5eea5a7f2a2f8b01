{{ config(enabled=system_is_used('extracts')) }}

-- Which payment settles which invoice, one row per payment, invoice and day.
{{ stage_source('extracts', 'payment_allocations') }}
