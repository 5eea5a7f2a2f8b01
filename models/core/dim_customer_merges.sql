-- Grain: one row per merged customer and first day of an owner: who owns what is dated from that
-- day on and still names the merged customer. Chains of merges are followed for at most eight
-- steps, each from the day on which all merges before it have happened; `is_open` marks one that
-- leads back or goes on (method, section 9). What is dated before the first merge stays as it is.
{%- set steps = 8 %}
with

customer_merges as (
    select * from {{ staged('customer_merges') }}
),

chains as (
    select
        step_1.merged_customer_id,
        {%- for step in range(1, steps + 1) %}
        step_{{ step }}.surviving_customer_id as owner_{{ step }},
        step_{{ step }}.merged_on as merged_{{ step }}_on,
        {%- endfor %}
        last_steps.merged_customer_id is not null as is_open
    from customer_merges as step_1
    {% for step in range(2, steps + 1) -%}
    left join customer_merges as step_{{ step }}
        on step_{{ step - 1 }}.surviving_customer_id = step_{{ step }}.merged_customer_id
    {% endfor -%}
    left join customer_merges as last_steps
        on step_{{ steps }}.surviving_customer_id = last_steps.merged_customer_id
),

numbered_steps as (
    select cast(numbers.id + 1 as integer) as step_number from {{ numbers_below(steps) }}
),

owners as (
    select
        chains.merged_customer_id,
        chains.is_open,
        numbered_steps.step_number,
        case numbered_steps.step_number
            {%- for step in range(1, steps + 1) %}
            when {{ step }} then chains.owner_{{ step }}
            {%- endfor %}
        end as owner_customer_id,
        case numbered_steps.step_number
            {%- for step in range(1, steps + 1) %}
            when {{ step }} then chains.merged_{{ step }}_on
            {%- endfor %}
        end as merged_on
    from chains
    cross join numbered_steps
),

dated_owners as (
    select
        merged_customer_id,
        owner_customer_id,
        step_number,
        is_open,
        max(merged_on) over (
            partition by merged_customer_id
            order by step_number
            rows between unbounded preceding and current row
        ) as owned_from
    from owners
    where owner_customer_id is not null
),

periods as (
    select
        dated_owners.*,
        coalesce(
            lead(owned_from) over (partition by merged_customer_id order by step_number),
            cast('9999-12-31' as date)
        ) as owned_until
    from dated_owners
),

final as (
    select
        merged_customer_id,
        owned_from,
        owned_until,
        owner_customer_id,
        step_number,
        is_open
    from periods
    where owned_from < owned_until
)

select * from final
