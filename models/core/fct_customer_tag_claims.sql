-- Grain: one row per delivered tag (source system, customer, scheme, valid from, value). What each
-- system claims, with the canonical value that the taxonomy and its aliases give it. A claim from
-- a merge on is about the surviving customer (method, section 9).
with

customer_tags as (
    select * from {{ staged('customer_tags') }}
),

owned_tags as (
    {{ with_owner('customer_tags', 'valid_from') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

tag_values as (
    select * from {{ ref('tag_values') }}
),

tag_aliases as (
    select * from {{ ref('tag_aliases') }}
),

priorities as (
    select * from {{ ref('tag_source_priority') }}
),

canonical_values as (
    select tag_scheme, lower(trim(tag_value)) as spelling, tag_value from tag_values
    union
    select tag_scheme, lower(trim(alias)) as spelling, tag_value from tag_aliases
),

final as (
    select
        coalesce(customers.customer_key, 0) as customer_key,
        customer_tags.owner_customer_id as customer_id,
        customer_tags.customer_id as named_customer_id,
        customer_tags.tag_scheme,
        customer_tags.source_system,
        customer_tags.valid_from,
        customer_tags.valid_to,
        customer_tags.tag_value as delivered_value,
        canonical_values.tag_value,
        priorities.priority,
        canonical_values.tag_value is not null as is_known
    from owned_tags as customer_tags
    left join customers on customer_tags.owner_customer_id = customers.customer_id
    left join canonical_values
        on
            customer_tags.tag_scheme = canonical_values.tag_scheme
            and lower(trim(customer_tags.tag_value)) = canonical_values.spelling
    left join priorities
        on
            customer_tags.tag_scheme = priorities.tag_scheme
            and customer_tags.source_system = priorities.source_system
)

select * from final
