-- Grain: one row per driver and what it counted in a month: a delivered event, or a document (seed
-- `derived_drivers`), by `source_table` and `source_id`. Key 0 says that the row names no such
-- object or, with the flag, one that was never delivered. Pure return orders count in no order or
-- line driver (method, section 3). A view over core: each reader sums by what it asks for. Tables
-- are named where they are read, since DuckDB would keep in memory a CTE with several readers.
{{ config(materialized='view') }}

with

customers as (
    select *
    from {{ ref('dim_customers') }}
    where customer_key <> 0
),

derived_drivers as (
    select * from {{ ref('derived_drivers') }}
),

months as (
    select * from {{ ref('dim_months') }}
),

document_counts as (
    select
        'order_count' as derived_from,
        'orders' as source_table,
        order_id as source_id,
        month,
        order_key,
        customer_key,
        cast(0 as bigint) as product_key,
        false as is_unknown_order,
        customer_key = 0 and customer_id is not null as is_unknown_customer,
        cast(1 as decimal(18, 4)) as quantity
    from {{ ref('fct_orders') }}
    where not is_pure_return

    union all

    select
        'order_line_count' as derived_from,
        'orders' as source_table,
        order_id as source_id,
        month,
        order_key,
        customer_key,
        cast(0 as bigint) as product_key,
        false as is_unknown_order,
        customer_key = 0 and customer_id is not null as is_unknown_customer,
        cast(order_line_count - return_line_count as decimal(18, 4)) as quantity
    from {{ ref('fct_orders') }}
    where not is_pure_return

    union all

    select
        'order_line_count' as derived_from,
        'order_lines' as source_table,
        order_lines.order_id || '|' || cast(order_lines.line_number as string) as source_id,
        order_lines.late_work_month as month,
        order_lines.order_key,
        order_lines.customer_key,
        cast(0 as bigint) as product_key,
        false as is_unknown_order,
        order_lines.customer_key = 0
        and order_lines.customer_id is not null as is_unknown_customer,
        cast(1 as decimal(18, 4)) as quantity
    from {{ ref('fct_order_lines') }} as order_lines
    inner join {{ ref('fct_orders') }} as orders on order_lines.order_key = orders.order_key
    where
        order_lines.late_work_month is not null
        and not order_lines.is_return
        and not orders.is_pure_return

    union all

    select
        'return_line_count' as derived_from,
        'order_lines' as source_table,
        order_id || '|' || cast(line_number as string) as source_id,
        month,
        order_key,
        customer_key,
        product_key,
        order_key = 0 as is_unknown_order,
        customer_key = 0 and customer_id is not null as is_unknown_customer,
        cast(1 as decimal(18, 4)) as quantity
    from {{ ref('fct_order_lines') }}
    where is_return

    union all

    select
        'sold_quantity' as derived_from,
        'order_lines' as source_table,
        order_id || '|' || cast(line_number as string) as source_id,
        month,
        order_key,
        customer_key,
        product_key,
        order_key = 0 as is_unknown_order,
        customer_key = 0 and customer_id is not null as is_unknown_customer,
        quantity
    from {{ ref('fct_order_lines') }}
    where not is_return

    union all

    select
        'invoice_count' as derived_from,
        'invoices' as source_table,
        invoice_id as source_id,
        month,
        order_key,
        customer_key,
        cast(0 as bigint) as product_key,
        order_key = 0 and order_id is not null as is_unknown_order,
        customer_key = 0 and customer_id is not null as is_unknown_customer,
        cast(1 as decimal(18, 4)) as quantity
    from {{ ref('fct_invoices') }}
    where invoice_kind = 'invoice'

    union all

    select
        'payment_count' as derived_from,
        'payments' as source_table,
        payment_id as source_id,
        month,
        cast(0 as bigint) as order_key,
        customer_key,
        cast(0 as bigint) as product_key,
        false as is_unknown_order,
        customer_key = 0 and customer_id is not null as is_unknown_customer,
        cast(1 as decimal(18, 4)) as quantity
    from {{ ref('fct_payments') }}

    union all

    select
        'new_customer_count' as derived_from,
        'customers' as source_table,
        customers.customer_id as source_id,
        customers.acquired_month as month,
        cast(0 as bigint) as order_key,
        customers.customer_key,
        cast(0 as bigint) as product_key,
        false as is_unknown_order,
        false as is_unknown_customer,
        cast(1 as decimal(18, 4)) as quantity
    from customers
    where customers.acquired_month in (select month from months)

    union all

    select distinct
        'active_customer_count' as derived_from,
        'customers' as source_table,
        customer_id as source_id,
        month,
        cast(0 as bigint) as order_key,
        customer_key,
        cast(0 as bigint) as product_key,
        false as is_unknown_order,
        false as is_unknown_customer,
        cast(1 as decimal(18, 4)) as quantity
    from {{ ref('fct_orders') }}
    where
        not is_pure_return
        and customer_key <> 0
),

final as (
    select
        month,
        driver_id,
        'activity_events' as source_table,
        event_id as source_id,
        order_key,
        customer_key,
        product_key,
        order_key = 0 and order_id is not null as is_unknown_order,
        customer_key = 0 and customer_id is not null as is_unknown_customer,
        product_key = 0 and product_id is not null as is_unknown_product,
        driver_quantity as quantity
    from {{ ref('fct_activity_events') }}

    union all

    select
        document_counts.month,
        derived_drivers.driver_id,
        document_counts.source_table,
        document_counts.source_id,
        document_counts.order_key,
        document_counts.customer_key,
        document_counts.product_key,
        document_counts.is_unknown_order,
        document_counts.is_unknown_customer,
        false as is_unknown_product,
        document_counts.quantity
    from document_counts
    inner join derived_drivers on document_counts.derived_from = derived_drivers.derived_from
)

select * from final
