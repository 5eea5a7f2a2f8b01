-- Grain: one row per driver and month in which it was fed: events of it were delivered, or, for a
-- driver derived from documents, documents of that kind are there at all. A driver that was fed and
-- counts nothing leaves its capacity unused; one that was not fed leaves its cost unassigned
-- (method, section 3).
with

derived_drivers as (
    select * from {{ ref('derived_drivers') }}
),

document_months as (
    select 'orders' as documents, month from {{ ref('fct_orders') }}
    union
    select 'order_lines' as documents, month from {{ ref('fct_order_lines') }}
    union
    select 'late_order_lines' as documents, late_work_month as month
    from {{ ref('fct_order_lines') }}
    where late_work_month is not null
    union
    select 'invoices' as documents, month from {{ ref('fct_invoices') }}
    union
    select 'payments' as documents, month from {{ ref('fct_payments') }}
    union
    select 'customers' as documents, month from {{ ref('dim_months') }}
),

fed_drivers as (
    select
        derived_drivers.driver_id,
        document_months.month
    from derived_drivers
    inner join document_months
        on
            document_months.documents = case
                when derived_drivers.derived_from in ('return_line_count', 'sold_quantity')
                    then 'order_lines'
                when derived_drivers.derived_from = 'invoice_count' then 'invoices'
                when derived_drivers.derived_from = 'payment_count' then 'payments'
                when derived_drivers.derived_from = 'new_customer_count' then 'customers'
                else 'orders'
            end
            or (
                derived_drivers.derived_from = 'order_line_count'
                and document_months.documents = 'late_order_lines'
            )

    union

    select driver_id, month from {{ ref('fct_activity_events') }}
),

final as (
    select
        driver_id,
        month
    from fed_drivers
)

select * from final
