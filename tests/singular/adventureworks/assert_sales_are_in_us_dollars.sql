{{ config(enabled=system_is_used('adventureworks')) }}

-- A product has one price on one day in whatever currency the internet customer ordered: the
-- amounts are in one currency. Were they in the order's, prices would differ by the rate.
with

internet_sales as (
    select * from {{ source('adventureworks', 'fact_internet_sales') }}
)

select
    productkey,
    orderdate,
    min(extendedamount) as least_price,
    max(extendedamount) as most_price
from internet_sales
where orderquantity = 1
group by productkey, orderdate
having min(extendedamount) <> max(extendedamount)

union all

-- The test above says nothing if nobody ordered in another currency.
select
    cast(null as integer) as productkey,
    cast(null as timestamp) as orderdate,
    cast(count(distinct currencykey) as decimal(19, 4)) as least_price,
    cast(6 as decimal(19, 4)) as most_price
from internet_sales
having count(distinct currencykey) <> 6
