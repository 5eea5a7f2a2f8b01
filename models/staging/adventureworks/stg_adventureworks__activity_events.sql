{{ config(enabled=system_is_used('adventureworks')) }}

-- Grain: one event of an object and a month, of two drivers that only this adapter can count:
--   active_resellers  a reseller who ordered in that month or in the eleven before it, at its end
--   offered_products  a product on offer on the first day, by the operational selling dates
-- Orders, lines, units and new customers are counted from the documents (`derived_drivers`).
with

sales_lines as (
    select * from {{ ref('stg_adventureworks__sales_lines') }}
),

products as (
    select * from {{ source('adventureworks', 'product') }}
),

order_months as (
    select distinct
        customer_id,
        channel,
        {{ month_of('ordered_on') }} as month
    from sales_lines
),

-- Every month in which somebody ordered: the calendar of this company has no gap.
months as (
    select distinct month
    from order_months
),

reseller_months as (
    select distinct
        order_months.customer_id,
        months.month
    from order_months
    inner join months
        on
            order_months.month <= months.month
            and {{ add_months('order_months.month', 11) }} >= months.month
    where order_months.channel = 'reseller'
),

offers as (
    select
        productnumber as product_id,
        {{ add_days('sellstartdate', -4170) }} as offered_from,
        {{ add_days('sellenddate', -4170) }} as offered_to
    from products
    where finishedgoodsflag = 1
),

final as (
    select
        'active_resellers:' || customer_id || ':' || substr(cast(month as string), 1, 7)
            as event_id,
        'active_resellers' as driver_id,
        last_day(month) as occurred_on,
        cast(1 as decimal(18, 4)) as quantity,
        customer_id,
        cast(null as string) as order_id,
        cast(null as integer) as order_line_number,
        cast(null as string) as product_id,
        cast(null as timestamp) as recorded_at
    from reseller_months

    union all

    select
        'offered_products:' || offers.product_id || ':'
        || substr(cast(months.month as string), 1, 7) as event_id,
        'offered_products' as driver_id,
        months.month as occurred_on,
        cast(1 as decimal(18, 4)) as quantity,
        cast(null as string) as customer_id,
        cast(null as string) as order_id,
        cast(null as integer) as order_line_number,
        offers.product_id,
        cast(null as timestamp) as recorded_at
    from offers
    inner join months
        on
            offers.offered_from <= months.month
            and coalesce(offers.offered_to, months.month) >= months.month
)

select * from final
