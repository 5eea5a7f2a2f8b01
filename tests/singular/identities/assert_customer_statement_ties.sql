-- The statement in columns is the sum of the sparse lines: by customer and month the columns add up
-- to their subtotals and contribution II is all that was posted to the customer.
with

posted as (
    select object_key as customer_key, month, sum(amount) as amount
    from {{ ref('fct_contribution_lines_monthly') }}
    where object_level = 'customer'
    group by object_key, month
)

select
    coalesce(posted.customer_key, statements.customer_key) as customer_key,
    coalesce(posted.month, statements.month) as month,
    posted.amount as posted_amount,
    statements.contribution_2_amount
from posted
full outer join {{ ref('fct_customer_contribution_monthly') }} as statements
    on
        posted.customer_key = statements.customer_key
        and posted.month = statements.month
where
    posted.customer_key is null
    or statements.customer_key is null
    or posted.amount <> statements.contribution_2_amount
    or statements.net_revenue_amount <> statements.gross_sales_amount
    - statements.discount_amount - statements.cash_discount_amount - statements.rebate_amount
    - statements.return_amount
    or statements.contribution_1_amount <> statements.net_revenue_amount
    - statements.standard_material_amount - statements.standard_production_amount
    - statements.standard_distribution_amount - statements.customization_amount
    + statements.restocked_goods_amount - statements.direct_product_cost_amount
    - statements.order_cost_amount - statements.direct_order_cost_amount
    - statements.direct_customer_cost_amount - statements.investment_amortisation_amount
    or statements.contribution_2_amount <> statements.contribution_1_amount
    - statements.product_processing_amount - statements.order_processing_amount
    - statements.customer_processing_amount - statements.caused_unused_capacity_amount
