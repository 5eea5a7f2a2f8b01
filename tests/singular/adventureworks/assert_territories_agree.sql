{{ config(enabled=system_is_used('adventureworks')) }}

-- The two systems claim the same territory for every customer.
with

tags as (
    select * from {{ ref('stg_adventureworks__customer_tags') }}
    where tag_scheme = 'territory'
)

select
    customer_id,
    count(*) as claim_count
from tags
group by customer_id
having count(*) <> 2 or min(tag_value) <> max(tag_value)
