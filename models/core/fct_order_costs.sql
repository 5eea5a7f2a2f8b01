-- Grain: one row per order, order line, cost type, date, month of reporting and currency: direct
-- costs of orders, such as freight, summed and in functional currency at the rate of the date, line
-- by line (month of reporting: method, section 9).
with

order_costs as (
    select * from {{ staged('order_costs') }}
),

dated_costs as (
    {{ with_reporting_month('order_costs', 'incurred_on') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

fx_rates as (
    select * from {{ ref('fct_fx_rates_daily') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

translated as (
    select
        order_costs.order_id,
        cast(order_costs.line_number as integer) as line_number,
        order_costs.cost_type,
        order_costs.incurred_on,
        order_costs.month,
        order_costs.economic_month,
        order_costs.is_prior_period,
        order_costs.currency_code as document_currency_code,
        settings.value as currency_code,
        {{ to_functional('order_costs.amount', 'fx_rates.rate') }} as amount
    from dated_costs as order_costs
    cross join settings
    left join fx_rates
        on
            order_costs.currency_code = fx_rates.currency_code
            and order_costs.incurred_on = fx_rates.day_on
),

final as (
    select
        coalesce(orders.order_key, 0) as order_key,
        translated.order_id,
        translated.line_number,
        coalesce(orders.customer_key, 0) as customer_key,
        orders.customer_id,
        translated.cost_type,
        translated.incurred_on,
        translated.month,
        translated.economic_month,
        translated.is_prior_period,
        cast(sum(translated.amount) as decimal(18, 2)) as amount,
        translated.currency_code,
        translated.document_currency_code
    from translated
    left join orders on translated.order_id = orders.order_id
    group by
        orders.order_key,
        translated.order_id,
        translated.line_number,
        orders.customer_key,
        orders.customer_id,
        translated.cost_type,
        translated.incurred_on,
        translated.month,
        translated.economic_month,
        translated.is_prior_period,
        translated.currency_code,
        translated.document_currency_code
)

select * from final
