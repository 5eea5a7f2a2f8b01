{{ config(enabled=system_is_used('adventureworks')) }}

-- Grain: one internet customer (`I-...`) or reseller (`R-...`). Acquired on the day of the first
-- order; a reseller who never ordered on the first day of the records, where no cost is posted.
with

internet_customers as (
    select * from {{ source('adventureworks', 'dim_customer') }}
),

resellers as (
    select * from {{ source('adventureworks', 'dim_reseller') }}
),

places as (
    select * from {{ source('adventureworks', 'dim_geography') }}
),

sales_lines as (
    select * from {{ ref('stg_adventureworks__sales_lines') }}
),

first_orders as (
    select
        customer_id,
        min(ordered_on) as first_ordered_on
    from sales_lines
    group by customer_id
),

first_day as (
    select min(ordered_on) as first_day_on
    from sales_lines
),

parties as (
    select
        'I-' || customeralternatekey as customer_id,
        geographykey as place_key,
        datefirstpurchase as first_ordered_on
    from internet_customers

    union all

    select
        'R-' || resellers.reselleralternatekey as customer_id,
        resellers.geographykey as place_key,
        first_orders.first_ordered_on
    from resellers
    left join first_orders
        on 'R-' || resellers.reselleralternatekey = first_orders.customer_id
),

final as (
    select
        parties.customer_id,
        places.countryregioncode as country_code,
        'USD' as currency_code,
        coalesce(parties.first_ordered_on, first_day.first_day_on) as acquired_on,
        cast(null as string) as acquisition_campaign_id,
        cast(null as string) as referred_by_customer_id,
        cast(null as string) as parent_customer_id,
        cast(null as timestamp) as recorded_at
    from parties
    cross join first_day
    left join places
        on parties.place_key = places.geographykey
)

select * from final
