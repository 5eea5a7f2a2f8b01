-- Grain: one row per customer: the top of its chain of parents as it is delivered today, itself
-- where it has none. The chain is followed for at most eight steps, one join each: a parent
-- that was never delivered ends it. Where it has not ended then, or leads back, the customer stays
-- on its own and `is_open` says so (method, section 9).
{%- set steps = 8 %}
{%- set tops = [] %}
{%- set taken = [] %}
{%- for step in range(steps, 0, -1) %}
{%- do tops.append('step_' ~ step ~ '.customer_id') %}
{%- do taken.append('case when step_' ~ step ~ '.customer_id is null then 0 else 1 end') %}
{%- endfor %}
with

customers as (
    select * from {{ ref('dim_customers') }}
    where parent_customer_id is not null
),

chains as (
    select
        customers.customer_id,
        coalesce({{ tops | join(', ') }}, customers.customer_id) as top_customer_id,
        {{ taken | join(' + ') }} as step_count,
        last_parents.customer_id is not null as is_open
    from customers
    left join {{ ref('dim_customers') }} as step_1
        on customers.parent_customer_id = step_1.customer_id
    {%- for step in range(2, steps + 1) %}
    left join {{ ref('dim_customers') }} as step_{{ step }}
        on step_{{ step - 1 }}.parent_customer_id = step_{{ step }}.customer_id
    {%- endfor %}
    left join {{ ref('dim_customers') }} as last_parents
        on step_{{ steps }}.parent_customer_id = last_parents.customer_id
),

ended_chains as (
    select
        customer_id,
        case when is_open then customer_id else top_customer_id end as top_customer_id,
        case when is_open then 0 else step_count end as step_count,
        is_open
    from chains
),

final as (
    select
        {{ key_of('customer_id') }} as customer_key,
        customer_id,
        {{ key_of('top_customer_id') }} as top_customer_key,
        top_customer_id,
        cast(step_count as integer) as step_count,
        is_open
    from ended_chains

    union all

    select
        customer_key,
        customer_id,
        customer_key as top_customer_key,
        customer_id as top_customer_id,
        0 as step_count,
        false as is_open
    from {{ ref('dim_customers') }}
    where
        customer_key <> 0
        and parent_customer_id is null
)

select * from final
