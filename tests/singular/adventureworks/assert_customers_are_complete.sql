{{ config(
    enabled=system_is_used('adventureworks'),
    meta={'dagster': {'ref': {'name': 'stg_adventureworks__customers'}}}
) }}

-- Both channels' customers, with and without orders, and the date of acquisition is never after
-- the first order.
with

customers as (
    select * from {{ ref('stg_adventureworks__customers') }}
),

first_orders as (
    select
        customer_id,
        min(ordered_on) as first_ordered_on
    from {{ ref('stg_adventureworks__orders') }}
    group by customer_id
),

found as (
    select
        substr(customers.customer_id, 1, 2) as party,
        count(*) as customer_count,
        count(first_orders.customer_id) as ordering_count,
        sum(
            case when first_orders.first_ordered_on <> customers.acquired_on then 1 else 0 end
        ) as wrong_count
    from customers
    left join first_orders on customers.customer_id = first_orders.customer_id
    group by substr(customers.customer_id, 1, 2)
),

expected as (
    select
        known_counts.party,
        known_counts.customer_count,
        known_counts.ordering_count
    from (
        values
        ('I-', 18484, 18484),
        ('R-', 701, 635)
    ) as known_counts (party, customer_count, ordering_count)
)

select
    coalesce(expected.party, found.party) as party,
    found.customer_count,
    found.ordering_count,
    found.wrong_count
from expected
full outer join found on expected.party = found.party
where
    expected.customer_count is distinct from found.customer_count
    or expected.ordering_count is distinct from found.ordering_count
    or found.wrong_count <> 0
