-- Returns by the month of the sale sum to the statement's returns of the month in which they came
-- back, customer by customer, and so do the goods that were restocked.
with

by_origin as (
    select
        customer_key,
        month,
        sum(return_amount) as return_amount,
        sum(restocked_goods_amount) as restocked_goods_amount
    from {{ ref('rpt_returns_by_origin_monthly') }}
    where customer_key <> 0
    group by customer_key, month
)

select
    coalesce(by_origin.customer_key, statements.customer_key) as customer_key,
    coalesce(by_origin.month, statements.month) as month,
    by_origin.return_amount,
    statements.return_amount as statement_return_amount,
    by_origin.restocked_goods_amount,
    statements.restocked_goods_amount as statement_restocked_goods_amount
from by_origin
full outer join {{ ref('fct_customer_contribution_monthly') }} as statements
    on
        by_origin.customer_key = statements.customer_key
        and by_origin.month = statements.month
where
    coalesce(by_origin.return_amount, 0) <> coalesce(statements.return_amount, 0)
    or coalesce(by_origin.restocked_goods_amount, 0)
    <> coalesce(statements.restocked_goods_amount, 0)
