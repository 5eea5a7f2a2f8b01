-- Grain: one row per order line, in functional currency. The month is that of recognition:
-- recognised, else shipped, else ordered (method, section 2.4). A line of an unknown order has none
-- of these: it takes its `recorded_at`, held within the months of the books, else their first day,
-- and counts in functional currency. `cost_on` is the date whose standard cost holds: the order's,
-- for a return that of the original order; where that order is unknown there is none. Its owner is
-- that of its order; one that came after its month was closed is reported later (section 9); where
-- that of its order was closed as well, it is work of a later month than the order.
-- `late_work_month` names it.
with

order_lines as (
    select * from {{ staged('order_lines') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

products as (
    select * from {{ ref('dim_products') }}
),

fx_rates as (
    select * from {{ ref('fct_fx_rates_daily') }}
),

fallbacks as (
    select
        min(months.month) as first_day_on,
        max(months.month_end) as last_day_on,
        max(settings.value) as functional_currency
    from {{ ref('dim_months') }} as months
    cross join {{ ref('dim_settings') }} as settings
    where settings.setting = 'functional_currency'
),

dated_lines as (
    select
        order_lines.order_id,
        order_lines.line_number,
        order_lines.product_id,
        order_lines.quantity,
        order_lines.gross_amount,
        order_lines.discount_amount,
        order_lines.tax_amount,
        order_lines.customization_cost_amount,
        order_lines.service_from,
        order_lines.service_to,
        order_lines.returned_order_id,
        order_lines.returned_line_number,
        order_lines.restocked_quantity,
        order_lines.recorded_at,
        coalesce(orders.order_key, 0) as order_key,
        coalesce(orders.customer_key, 0) as customer_key,
        orders.customer_id,
        coalesce(orders.currency_code, fallbacks.functional_currency) as document_currency_code,
        fallbacks.functional_currency as currency_code,
        orders.ordered_on,
        orders.month as order_month,
        coalesce(
            order_lines.recognised_on,
            orders.shipped_on,
            orders.ordered_on,
            greatest(
                least(
                    coalesce(cast(order_lines.recorded_at as date), fallbacks.first_day_on),
                    fallbacks.last_day_on
                ),
                fallbacks.first_day_on
            )
        ) as recognised_on
    from order_lines
    cross join fallbacks
    left join orders on order_lines.order_id = orders.order_id
),

reported_lines as (
    {{ with_reporting_month('dated_lines', 'recognised_on') }}
),

original_orders as (
    select
        order_id,
        ordered_on
    from orders
    where order_id in (select returned_order_id from order_lines)
),

final as (
    select
        dated_lines.order_key,
        dated_lines.order_id,
        cast(dated_lines.line_number as integer) as line_number,
        dated_lines.customer_key,
        dated_lines.customer_id,
        coalesce(products.product_key, 0) as product_key,
        dated_lines.product_id,
        dated_lines.ordered_on,
        dated_lines.recognised_on,
        dated_lines.month,
        dated_lines.economic_month,
        dated_lines.is_prior_period,
        case
            when work_months.reporting_month > dated_lines.order_month
                then work_months.reporting_month
        end as late_work_month,
        case
            when dated_lines.quantity < 0 and dated_lines.returned_order_id is not null
                then original_orders.ordered_on
            else dated_lines.ordered_on
        end as cost_on,
        dated_lines.quantity < 0 as is_return,
        cast(dated_lines.quantity as decimal(18, 4)) as quantity,
        cast(
            case
                when dated_lines.quantity < 0
                    then coalesce(abs(dated_lines.restocked_quantity), -dated_lines.quantity)
                else 0
            end as decimal(18, 4)
        ) as restocked_quantity,
        {{ to_functional('dated_lines.gross_amount', 'fx_rates.rate') }} as gross_amount,
        {{ to_functional('dated_lines.discount_amount', 'fx_rates.rate') }} as discount_amount,
        {{ to_functional('dated_lines.tax_amount', 'fx_rates.rate') }} as tax_amount,
        {{ to_functional('coalesce(dated_lines.customization_cost_amount, 0)', 'fx_rates.rate') }}
            as customization_cost_amount,
        dated_lines.currency_code,
        dated_lines.document_currency_code,
        dated_lines.returned_order_id,
        cast(dated_lines.returned_line_number as integer) as returned_line_number,
        dated_lines.service_from,
        dated_lines.service_to
    from reported_lines as dated_lines
    left join products on dated_lines.product_id = products.product_id
    left join {{ ref('dim_reporting_months') }} as work_months
        on
            {{ month_of('dated_lines.ordered_on') }} = work_months.economic_month
            and dated_lines.known_on = work_months.recorded_on
    left join original_orders on dated_lines.returned_order_id = original_orders.order_id
    left join fx_rates
        on
            dated_lines.document_currency_code = fx_rates.currency_code
            and dated_lines.recognised_on = fx_rates.day_on
)

select * from final
