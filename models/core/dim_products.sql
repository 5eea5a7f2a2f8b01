-- Grain: one row per product, and the unassigned product with key 0.
with

products as (
    select * from {{ staged('products') }}
),

final as (
    select
        {{ key_of('product_id') }} as product_key,
        product_id,
        product_name,
        product_category
    from products

    union all

    select
        cast(0 as bigint) as product_key,
        '(unassigned)' as product_id,
        'Unassigned' as product_name,
        null as product_category
)

select * from final
