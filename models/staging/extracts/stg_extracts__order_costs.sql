{{ config(enabled=system_is_used('extracts')) }}

-- Direct costs of orders. There is no key: only an exact copy of a row is taken for the same cost.
{{ stage_source('extracts', 'order_costs') }}
