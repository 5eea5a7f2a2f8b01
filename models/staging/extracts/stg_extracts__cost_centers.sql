{{ config(enabled=system_is_used('extracts')) }}

-- Cost centres, one row each.
{{ stage_source('extracts', 'cost_centers') }}
