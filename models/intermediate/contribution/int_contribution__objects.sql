-- Grain: one row per object that a posting may belong to, with its natural id.
with

final as (
    select
        'customer' as object_level,
        customer_key as object_key,
        customer_id as object_id
    from {{ ref('dim_customers') }}
    where customer_key <> 0

    union all

    select
        'product' as object_level,
        product_key as object_key,
        product_id as object_id
    from {{ ref('dim_products') }}
    where product_key <> 0

    union all

    select
        'order' as object_level,
        order_key as object_key,
        order_id as object_id
    from {{ ref('fct_orders') }}
    where customer_key = 0

    union all

    select
        'segment' as object_level,
        segment_key as object_key,
        segment_id as object_id
    from {{ ref('dim_segments') }}

    union all

    select
        'unassigned' as object_level,
        {{ key_of('reason_id') }} as object_key,
        reason_id as object_id
    from {{ ref('reasons') }}
    where kind = 'unassigned'

    union all

    select
        object_level,
        {{ key_of('object_level') }} as object_key,
        object_level as object_id
    from {{ ref('object_levels') }}
    where object_level in ('company', 'capacity')
)

select * from final
