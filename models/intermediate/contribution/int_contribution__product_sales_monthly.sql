-- Grain: one row per object (customer, or the company as the sum of its customers), product and
-- month: units, sales and standard cost of lines that are no returns, as far as the ledger knows
-- the component, so that what is here is also in the statement. All that names no known product
-- is one product (method, section 8).
with

components as (
    select
        coalesce(max(case when component = 'gross_sales' then 1 end), 0)
            as has_gross_sales,
        coalesce(max(case when component = 'standard_material' then 1 end), 0)
            as has_standard_material,
        coalesce(max(case when component = 'standard_production' then 1 end), 0)
            as has_standard_production,
        coalesce(max(case when component = 'standard_distribution' then 1 end), 0)
            as has_standard_distribution
    from {{ ref('int_contribution__components') }}
),

customer_lines as (
    select
        customer_key,
        product_key,
        month,
        sum(quantity) as quantity,
        sum(gross_sales_amount) as gross_sales_amount,
        sum(standard_material_amount) as material_amount,
        sum(standard_production_amount) as production_amount,
        sum(standard_distribution_amount) as distribution_amount
    from {{ ref('int_contribution__order_lines_costed') }}
    where
        customer_key <> 0
        and not is_return
    group by customer_key, product_key, month
),

customer_sales as (
    select
        customer_lines.customer_key,
        customer_lines.product_key,
        customer_lines.month,
        customer_lines.quantity,
        customer_lines.gross_sales_amount * components.has_gross_sales as gross_sales_amount,
        customer_lines.material_amount * components.has_standard_material
        + customer_lines.production_amount * components.has_standard_production
        + customer_lines.distribution_amount * components.has_standard_distribution
            as standard_cost_amount
    from customer_lines
    cross join components
),

object_sales as (
    select
        'customer' as object_level,
        customer_key as object_key,
        product_key,
        month,
        quantity,
        gross_sales_amount,
        standard_cost_amount
    from customer_sales

    union all

    select
        'company' as object_level,
        {{ key_of("'company'") }} as object_key,
        product_key,
        month,
        sum(quantity) as quantity,
        sum(gross_sales_amount) as gross_sales_amount,
        sum(standard_cost_amount) as standard_cost_amount
    from customer_sales
    group by product_key, month
),

final as (
    select
        object_level,
        object_key,
        product_key,
        month,
        cast(quantity as decimal(18, 4)) as quantity,
        cast(gross_sales_amount as decimal(18, 2)) as gross_sales_amount,
        cast(standard_cost_amount as decimal(18, 2)) as standard_cost_amount
    from object_sales
)

select * from final
