{{ config(enabled=system_is_used('extracts')) }}

-- Payments that win or keep a customer for longer than a month. There is no key: only an exact
-- copy of a row is taken for the same payment.
{{ stage_source('extracts', 'customer_investments') }}
