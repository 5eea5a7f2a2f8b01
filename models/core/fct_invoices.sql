-- Grain: one row per invoice or credit note, in functional currency at the rate of its date. Owner
-- and month of reporting by method, section 9.
with

invoices as (
    select * from {{ staged('invoices') }}
),

dated_invoices as (
    {{ with_reporting_month('invoices', 'issued_on') }}
),

owned_invoices as (
    {{ with_owner('dated_invoices', 'issued_on') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
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

final as (
    select
        {{ key_of('invoices.invoice_id') }} as invoice_key,
        invoices.invoice_id,
        coalesce(customers.customer_key, 0) as customer_key,
        invoices.owner_customer_id as customer_id,
        coalesce(orders.order_key, 0) as order_key,
        invoices.order_id,
        invoices.kind as invoice_kind,
        invoices.credited_invoice_id,
        invoices.issued_on,
        invoices.month,
        invoices.economic_month,
        invoices.is_prior_period,
        invoices.due_on,
        {{ to_functional('invoices.amount', 'fx_rates.rate') }} as amount,
        {{ to_functional('invoices.tax_amount', 'fx_rates.rate') }} as tax_amount,
        settings.value as currency_code,
        cast(invoices.amount as decimal(18, 2)) as document_amount,
        cast(invoices.tax_amount as decimal(18, 2)) as document_tax_amount,
        invoices.currency_code as document_currency_code
    from owned_invoices as invoices
    cross join settings
    left join customers on invoices.owner_customer_id = customers.customer_id
    left join orders on invoices.order_id = orders.order_id
    left join fx_rates
        on
            invoices.currency_code = fx_rates.currency_code
            and invoices.issued_on = fx_rates.day_on
)

select * from final
