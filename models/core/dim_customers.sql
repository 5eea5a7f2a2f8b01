-- Grain: one row per customer, and the unassigned customer with key 0. Names are not here: they
-- stand in the identities file.
with

customers as (
    select * from {{ staged('customers') }}
),

customer_merges as (
    select * from {{ staged('customer_merges') }}
),

final as (
    select
        {{ key_of('customers.customer_id') }} as customer_key,
        customers.customer_id,
        customers.country_code,
        customers.currency_code,
        customers.acquired_on,
        {{ month_of('customers.acquired_on') }} as acquired_month,
        customers.acquisition_campaign_id,
        customers.referred_by_customer_id,
        customers.parent_customer_id,
        customer_merges.surviving_customer_id,
        customer_merges.merged_on
    from customers
    left join customer_merges
        on customers.customer_id = customer_merges.merged_customer_id

    union all

    select
        cast(0 as bigint) as customer_key,
        '(unassigned)' as customer_id,
        null as country_code,
        null as currency_code,
        null as acquired_on,
        null as acquired_month,
        null as acquisition_campaign_id,
        null as referred_by_customer_id,
        null as parent_customer_id,
        null as surviving_customer_id,
        null as merged_on
)

select * from final
