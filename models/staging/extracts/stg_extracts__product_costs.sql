{{ config(enabled=system_is_used('extracts')) }}

-- Variable standard cost per unit in functional currency, one row per product and start.
{{ stage_source('extracts', 'product_costs') }}
