{{ config(enabled=system_is_used('adventureworks')) }}

-- Grain: one product that is sold; its versions share number, name and category. Parts that are
-- only bought or built in have neither price nor category and are left out.
with

products as (
    select * from {{ source('adventureworks', 'dim_product') }}
),

subcategories as (
    select * from {{ source('adventureworks', 'dim_product_subcategory') }}
),

categories as (
    select * from {{ source('adventureworks', 'dim_product_category') }}
),

sold_products as (
    select
        productalternatekey as product_id,
        max_by(englishproductname, productkey) as product_name,
        max_by(productsubcategorykey, productkey) as subcategory_key
    from products
    where finishedgoodsflag
    group by productalternatekey
),

final as (
    select
        sold_products.product_id,
        sold_products.product_name,
        categories.englishproductcategoryname as product_category,
        cast(null as timestamp) as recorded_at
    from sold_products
    inner join subcategories
        on sold_products.subcategory_key = subcategories.productsubcategorykey
    inner join categories
        on subcategories.productcategorykey = categories.productcategorykey
)

select * from final
