{{ config(enabled=system_is_used('adventureworks')) }}

-- Grain: product and first day of a standard cost. The operational system's history, moved back
-- by the 4,170 days between the two data sets, gives the unit cost of every order line exactly;
-- the start dates in the warehouse's own product table are half a year late. The source knows
-- one standard cost a unit and does not split it, so all of it is material.
with

cost_history as (
    select * from {{ source('adventureworks', 'product_cost_history') }}
),

products as (
    select * from {{ source('adventureworks', 'product') }}
),

final as (
    select
        products.productnumber as product_id,
        {{ add_days('cost_history.startdate', -4170) }} as valid_from,
        cast(cost_history.standardcost as decimal(18, 6)) as standard_material_cost,
        cast(0 as decimal(18, 6)) as standard_production_cost,
        cast(null as decimal(18, 6)) as standard_distribution_cost,
        cast(null as timestamp) as recorded_at
    from cost_history
    inner join products
        on cost_history.productid = products.productid
)

select * from final
