{{ config(enabled=system_is_used('extracts')) }}

-- Exchange rates, one row per currency, day and type.
{{ stage_source('extracts', 'fx_rates') }}
