{{ config(enabled=system_is_used('adventureworks')) }}

-- Grain: source system, customer, tag scheme. The source keeps no history of them, so each holds
-- from the customer's acquisition on. The territory is claimed by both systems.
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

territories as (
    select * from {{ source('adventureworks', 'dim_sales_territory') }}
),

accounts as (
    select * from {{ source('adventureworks', 'customer') }}
),

account_territories as (
    select * from {{ source('adventureworks', 'sales_territory') }}
),

customers as (
    select * from {{ ref('stg_adventureworks__customers') }}
),

parties as (
    select
        'I-' || customeralternatekey as customer_id,
        customeralternatekey as account_number,
        'internet' as channel,
        geographykey as place_key,
        cast(null as string) as business_type,
        englishoccupation as occupation,
        case
            when yearlyincome < 40000 then 'below_40000'
            when yearlyincome < 70000 then '40000_to_69999'
            when yearlyincome < 100000 then '70000_to_99999'
            when yearlyincome is not null then '100000_and_above'
        end as income_band
    from internet_customers

    union all

    select
        'R-' || reselleralternatekey as customer_id,
        reselleralternatekey as account_number,
        'reseller' as channel,
        geographykey as place_key,
        businesstype as business_type,
        cast(null as string) as occupation,
        cast(null as string) as income_band
    from resellers
),

located_parties as (
    select
        parties.*,
        territories.salesterritorygroup as region,
        territories.salesterritoryregion as territory,
        account_territories.name as account_territory
    from parties
    left join places
        on parties.place_key = places.geographykey
    left join territories
        on places.salesterritorykey = territories.salesterritorykey
    left join accounts
        on parties.account_number = accounts.accountnumber
    left join account_territories
        on accounts.territoryid = account_territories.territoryid
),

claims as (
    select
        known_claims.source_system,
        known_claims.tag_scheme
    from (
        values
        ('adventureworks_dw', 'channel'),
        ('adventureworks_dw', 'region'),
        ('adventureworks_dw', 'territory'),
        ('adventureworks_oltp', 'territory'),
        ('adventureworks_dw', 'business_type'),
        ('adventureworks_dw', 'occupation'),
        ('adventureworks_dw', 'income_band')
    ) as known_claims (source_system, tag_scheme)
),

tags as (
    select
        claims.source_system,
        located_parties.customer_id,
        claims.tag_scheme,
        case
            when claims.source_system = 'adventureworks_oltp' then located_parties.account_territory
            when claims.tag_scheme = 'channel' then located_parties.channel
            when claims.tag_scheme = 'region' then located_parties.region
            when claims.tag_scheme = 'territory' then located_parties.territory
            when claims.tag_scheme = 'business_type' then located_parties.business_type
            when claims.tag_scheme = 'occupation' then located_parties.occupation
            when claims.tag_scheme = 'income_band' then located_parties.income_band
        end as tag_value
    from located_parties
    cross join claims
),

final as (
    select
        tags.source_system,
        tags.customer_id,
        tags.tag_scheme,
        tags.tag_value,
        customers.acquired_on as valid_from,
        cast(null as date) as valid_to,
        cast(null as timestamp) as recorded_at
    from tags
    inner join customers
        on tags.customer_id = customers.customer_id
    where tags.tag_value is not null
)

select * from final
