-- Grain: one row per payment, in functional currency at the rate of its date. A cash discount is
-- tax-inclusive: the tax share of the invoices it settles (in its currency, credit notes left
-- aside) reverses tax, the rest is the deduction of the month of payment (method, section 6).
-- Owner and month of reporting by section 9.
with

payments as (
    select * from {{ staged('payments') }}
),

dated_payments as (
    {{ with_reporting_month('payments', 'paid_on') }}
),

owned_payments as (
    {{ with_owner('dated_payments', 'paid_on') }}
),

payment_allocations as (
    select * from {{ staged('payment_allocations') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

invoices as (
    select * from {{ ref('fct_invoices') }}
),

fx_rates as (
    select * from {{ ref('fct_fx_rates_daily') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

settled_invoices as (
    select payment_id, invoice_id from payments where invoice_id is not null
    union
    select payment_id, invoice_id from payment_allocations
),

settled_totals as (
    select
        settled_invoices.payment_id,
        cast(sum(invoices.document_amount) as decimal(18, 2)) as document_amount,
        cast(sum(invoices.document_tax_amount) as decimal(18, 2)) as document_tax_amount
    from settled_invoices
    inner join payments on settled_invoices.payment_id = payments.payment_id
    inner join invoices
        on
            settled_invoices.invoice_id = invoices.invoice_id
            and payments.currency_code = invoices.document_currency_code
    where invoices.invoice_kind = 'invoice'
    group by settled_invoices.payment_id
),

translated as (
    select
        payments.payment_id,
        payments.owner_customer_id as customer_id,
        payments.paid_on,
        payments.month,
        payments.economic_month,
        payments.is_prior_period,
        payments.invoice_id,
        payments.amount as document_amount,
        payments.currency_code as document_currency_code,
        {{ to_functional('payments.amount', 'fx_rates.rate') }} as amount,
        {{ to_functional('coalesce(payments.cash_discount_amount, 0)', 'fx_rates.rate') }}
            as cash_discount_amount
    from owned_payments as payments
    left join fx_rates
        on
            payments.currency_code = fx_rates.currency_code
            and payments.paid_on = fx_rates.day_on
),

final as (
    select
        {{ key_of('translated.payment_id') }} as payment_key,
        translated.payment_id,
        coalesce(customers.customer_key, 0) as customer_key,
        translated.customer_id,
        translated.invoice_id,
        translated.paid_on,
        translated.month,
        translated.economic_month,
        translated.is_prior_period,
        translated.amount,
        translated.cash_discount_amount,
        cast(
            case
                when
                    coalesce(settled_totals.document_amount, 0) > 0
                    and settled_totals.document_tax_amount >= 0
                    then {{ proportion(
                        'translated.cash_discount_amount',
                        'settled_totals.document_tax_amount',
                        'settled_totals.document_amount'
                    ) }}
                else 0
            end as decimal(18, 2)
        ) as cash_discount_tax_amount,
        settings.value as currency_code,
        cast(translated.document_amount as decimal(18, 2)) as document_amount,
        translated.document_currency_code
    from translated
    cross join settings
    left join customers on translated.customer_id = customers.customer_id
    left join settled_totals on translated.payment_id = settled_totals.payment_id
)

select * from final
