-- Grain: one row per customer, date of payment, useful life, ledger entry, currency and month of
-- reporting: what was paid to win or keep a customer for longer than a month. The source has no key
-- for it, so what agrees in all of these is added up. In functional currency at the rate of its
-- date; owner and month of reporting by method, section 9.
with

investments as (
    select * from {{ staged('customer_investments') }}
),

dated_investments as (
    {{ with_reporting_month('investments', 'paid_on') }}
),

owned_investments as (
    {{ with_owner('dated_investments', 'paid_on') }}
),

investment_totals as (
    select
        owner_customer_id as customer_id,
        paid_on,
        useful_life_months,
        ledger_entry_id,
        currency_code as document_currency_code,
        month,
        economic_month,
        is_prior_period,
        cast(sum(amount) as decimal(18, 2)) as document_amount
    from owned_investments
    group by
        owner_customer_id,
        paid_on,
        useful_life_months,
        ledger_entry_id,
        currency_code,
        month,
        economic_month,
        is_prior_period
),

customers as (
    select * from {{ ref('dim_customers') }}
),

fx_rates as (
    select * from {{ ref('fct_fx_rates_daily') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

final as (
    select
        coalesce(customers.customer_key, 0) as customer_key,
        investments.customer_id,
        investments.paid_on,
        investments.month,
        investments.economic_month,
        investments.is_prior_period,
        investments.useful_life_months,
        investments.ledger_entry_id,
        {{ to_functional('investments.document_amount', 'fx_rates.rate') }} as amount,
        settings.value as currency_code,
        investments.document_amount,
        investments.document_currency_code
    from investment_totals as investments
    cross join settings
    left join customers on investments.customer_id = customers.customer_id
    left join fx_rates
        on
            investments.document_currency_code = fx_rates.currency_code
            and investments.paid_on = fx_rates.day_on
)

select * from final
