{#
    Pools for `allocate` of what owners would cost more under another method: a select over a
    relation with month, allocation_method, the owner's column and amount. Cost categories are not
    kept apart: a difference is an analysis, and nothing is posted from it.
#}
{% macro difference_pools(relation, owner) %}
    select
        month,
        'difference' as stage,
        allocation_method as pool_type,
        allocation_method || '|' || {{ owner }} as pool_id,
        'all' as cost_category,
        true as is_cash_effective,
        {{ owner }} as driver_id,
        cast(sum(amount) as decimal(18, 2)) as amount,
        cast(null as decimal(18, 4)) as capacity_weight,
        'unassigned' as unallocated_type,
        'unassigned' as unallocated_id,
        cast(0 as bigint) as unallocated_key,
        'zero_weight' as unallocated_reason
    from {{ relation }}
    group by month, allocation_method, {{ owner }}
    having sum(amount) <> 0
{%- endmacro %}
