{{ config(enabled=system_is_used('extracts')) }}

-- Lines of orders, one row each. Amounts are line totals without tax; a return has negative
-- quantity and amounts.
{{ stage_source('extracts', 'order_lines') }}
