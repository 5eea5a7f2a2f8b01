-- Grain: one row per month, process of the level product and product: how much of the process's
-- driver known orders and customers needed for the product. Over it goes what the process charged
-- straight to them (method, section 5, Diagram 1).
with

driver_quantities as (
    select * from {{ ref('int_costing__driver_quantities') }}
),

processes as (
    select * from {{ ref('dim_processes') }}
),

products as (
    select * from {{ ref('dim_products') }}
),

final as (
    select
        driver_quantities.month,
        processes.process_id,
        products.product_id,
        driver_quantities.product_key,
        cast(sum(driver_quantities.quantity) as decimal(18, 4)) as quantity
    from driver_quantities
    inner join processes on driver_quantities.driver_id = processes.driver_id
    inner join products on driver_quantities.product_key = products.product_key
    where
        processes.object_level = 'product'
        and not driver_quantities.is_unknown_order
        and (driver_quantities.order_key <> 0 or driver_quantities.customer_key <> 0)
    group by
        driver_quantities.month,
        processes.process_id,
        products.product_id,
        driver_quantities.product_key
)

select * from final
