-- Grain: one row per line of a journal entry, in functional currency, debit positive. Owner and
-- month of reporting by method, section 9.
with

ledger_entries as (
    select * from {{ staged('ledger_entries') }}
),

dated_entries as (
    {{ with_reporting_month('ledger_entries', 'posted_on') }}
),

owned_entries as (
    {{ with_owner('dated_entries', 'posted_on') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

products as (
    select * from {{ ref('dim_products') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

final as (
    select
        ledger_entries.entry_id,
        cast(ledger_entries.line_number as integer) as line_number,
        ledger_entries.posted_on,
        ledger_entries.month,
        ledger_entries.economic_month,
        ledger_entries.is_prior_period,
        ledger_entries.account_id,
        cast(ledger_entries.amount as decimal(18, 2)) as amount,
        settings.value as currency_code,
        ledger_entries.cost_center_id,
        coalesce(customers.customer_key, 0) as customer_key,
        ledger_entries.owner_customer_id as customer_id,
        coalesce(orders.order_key, 0) as order_key,
        ledger_entries.order_id,
        coalesce(products.product_key, 0) as product_key,
        ledger_entries.product_id,
        ledger_entries.segment_id
    from owned_entries as ledger_entries
    cross join settings
    left join customers on ledger_entries.owner_customer_id = customers.customer_id
    left join orders on ledger_entries.order_id = orders.order_id
    left join products on ledger_entries.product_id = products.product_id
)

select * from final
