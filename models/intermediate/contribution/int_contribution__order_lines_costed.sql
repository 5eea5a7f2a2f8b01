-- Grain: one row per order line, with its owner, its sales and its standard cost in functional
-- currency, each amount positive in its normal direction. Standard cost per component = quantity x
-- the latest unit cost that was valid on the (original) order date, rounded per line; without one
-- it is empty, never filled from a later price. A return line has no sales: its return amount is
-- -(gross - discount), and what was restocked comes back at the original line's standard for
-- material and production, at most what came back (method, sections 2.4 and 5).
with

order_lines as (
    select * from {{ ref('fct_order_lines') }}
),

product_costs as (
    select
        product_id,
        valid_from,
        standard_material_cost,
        standard_production_cost,
        standard_distribution_cost,
        coalesce(
            lead(valid_from) over (partition by product_id order by valid_from),
            cast('9999-12-31' as date)
        ) as next_valid_from
    from {{ staged('product_costs') }}
),

costed_lines as (
    select
        order_lines.*,
        product_costs.product_id is not null as has_standard_cost,
        cast(
            case
                when order_lines.is_return
                    then least(order_lines.restocked_quantity, -order_lines.quantity)
                else order_lines.quantity
            end as decimal(19, 4)
        ) as cost_quantity,
        cast(coalesce(product_costs.standard_material_cost, 0) as decimal(18, 6))
            as unit_material_cost,
        cast(coalesce(product_costs.standard_production_cost, 0) as decimal(18, 6))
            as unit_production_cost,
        cast(coalesce(product_costs.standard_distribution_cost, 0) as decimal(18, 6))
            as unit_distribution_cost
    from order_lines
    left join product_costs
        on
            order_lines.product_id = product_costs.product_id
            and order_lines.cost_on >= product_costs.valid_from
            and order_lines.cost_on < product_costs.next_valid_from
),

valued_lines as (
    select
        costed_lines.*,
        cast(round(cost_quantity * unit_material_cost, 2) as decimal(18, 2)) as material_amount,
        cast(round(cost_quantity * unit_production_cost, 2) as decimal(18, 2)) as production_amount,
        cast(round(cost_quantity * unit_distribution_cost, 2) as decimal(18, 2))
            as distribution_amount
    from costed_lines
),

final as (
    select
        order_key,
        order_id,
        line_number,
        product_key,
        product_id,
        customer_key,
        month,
        is_return,
        quantity,
        has_standard_cost,
        {{ document_owner_level() }} as object_level,
        {{ document_owner_key() }} as object_key,
        cast(case when is_return then 0 else gross_amount end as decimal(18, 2))
            as gross_sales_amount,
        cast(case when is_return then 0 else discount_amount end as decimal(18, 2))
            as discount_amount,
        cast(
            case when is_return then -(gross_amount - discount_amount) else 0 end
            as decimal(18, 2)
        ) as return_amount,
        cast(case when is_return then 0 else material_amount end as decimal(18, 2))
            as standard_material_amount,
        cast(case when is_return then 0 else production_amount end as decimal(18, 2))
            as standard_production_amount,
        cast(case when is_return then 0 else distribution_amount end as decimal(18, 2))
            as standard_distribution_amount,
        customization_cost_amount as customization_amount,
        cast(
            case when is_return then material_amount + production_amount else 0 end
            as decimal(18, 2)
        ) as restocked_goods_amount
    from valued_lines
)

select * from final
