-- Every document amount has a value in functional currency: its currency has a closing rate on its
-- date, at most `fx_max_age_days` old. Remedy: deliver the rate.
select 'fct_order_lines' as fact, document_currency_code, recognised_on as dated_on
from {{ ref('fct_order_lines') }}
where gross_amount is null or discount_amount is null or tax_amount is null

union all

select 'fct_order_costs' as fact, document_currency_code, incurred_on as dated_on
from {{ ref('fct_order_costs') }}
where amount is null

union all

select 'fct_invoices' as fact, document_currency_code, issued_on as dated_on
from {{ ref('fct_invoices') }}
where amount is null

union all

select 'fct_payments' as fact, document_currency_code, paid_on as dated_on
from {{ ref('fct_payments') }}
where amount is null
