-- Grain: one row per customer, month in which the goods were sold and month in which they came
-- back. The statement posts a return in its own month; here it stands beside the sale that it takes
-- back (method, section 5). The month of origin is that of the original line, else of the original
-- order, and empty where neither was delivered.

with

returns as (
    select * from {{ ref('fct_order_lines') }}
    where is_return
),

original_lines as (
    select
        order_id,
        line_number,
        month
    from {{ ref('fct_order_lines') }}
),

original_orders as (
    select
        order_id,
        month
    from {{ ref('fct_orders') }}
),

costed_lines as (
    select * from {{ ref('int_contribution__order_lines_costed') }}
    where is_return
),

posted_components as (
    {{ posted_order_line_components() }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

traced_returns as (
    select
        costed_lines.customer_key,
        coalesce(original_lines.month, original_orders.month) as origin_month,
        costed_lines.month,
        case when posted_components.is_return_posted then costed_lines.return_amount else 0 end
            as return_amount,
        case
            when posted_components.is_restocked_goods_posted
                then costed_lines.restocked_goods_amount
            else 0
        end as restocked_goods_amount
    from costed_lines
    cross join posted_components
    inner join returns
        on
            costed_lines.order_id = returns.order_id
            and costed_lines.line_number = returns.line_number
    left join original_lines
        on
            returns.returned_order_id = original_lines.order_id
            and returns.returned_line_number = original_lines.line_number
    left join original_orders on returns.returned_order_id = original_orders.order_id
),

final as (
    select
        traced_returns.customer_key,
        customers.customer_id,
        traced_returns.origin_month,
        traced_returns.month,
        cast({{ months_between('traced_returns.origin_month', 'traced_returns.month') }} as integer)
            as months_until_return,
        cast(sum(traced_returns.return_amount) as decimal(18, 2)) as return_amount,
        cast(sum(traced_returns.restocked_goods_amount) as decimal(18, 2))
            as restocked_goods_amount,
        max(settings.value) as currency_code
    from traced_returns
    cross join settings
    inner join customers on traced_returns.customer_key = customers.customer_key
    group by
        traced_returns.customer_key,
        customers.customer_id,
        traced_returns.origin_month,
        traced_returns.month
)

select * from final
