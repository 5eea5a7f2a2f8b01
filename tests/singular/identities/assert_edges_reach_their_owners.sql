-- What the last allocation edges charge to each customer is what is posted to it from processes,
-- month by month and to the cent; what they charge to anybody else (key 0) is posted to anybody
-- else. An order's share belongs to its customer, a product's to whoever bought it.
with

edges as (
    select month, receiver_type, receiver_key, reason, amount, pool_id
    from {{ ref('fct_cost_assignments') }}
    where
        (stage = 'process_to_object' and receiver_type <> 'product')
        or stage = 'product_to_owner'
),

causes as (
    select
        process_id,
        {{ key_of("substr(unused_capacity_object, length('customer:') + 1)") }} as customer_key
    from {{ ref('processes') }}
    where unused_capacity_object like 'customer:%'

    union all

    select
        processes.process_id,
        orders.customer_key
    from {{ ref('processes') }} as processes
    inner join {{ ref('fct_orders') }} as orders
        on processes.unused_capacity_object = 'order:' || orders.order_id
),

charged as (
    select
        edges.month,
        case
            when edges.receiver_type = 'customer' then edges.receiver_key
            when edges.receiver_type = 'order' then coalesce(orders.customer_key, 0)
            when edges.receiver_type = 'capacity' then coalesce(causes.customer_key, 0)
            else 0
        end as customer_key,
        edges.amount
    from edges
    left join {{ ref('fct_orders') }} as orders on edges.receiver_key = orders.order_key
    left join causes on edges.pool_id = causes.process_id
),

charged_totals as (
    select month, customer_key, -sum(amount) as amount
    from charged
    group by month, customer_key
    having sum(amount) <> 0
),

posted_totals as (
    select
        month,
        case when object_level = 'customer' then object_key else 0 end as customer_key,
        sum(amount) as amount
    from {{ ref('int_contribution__postings') }}
    where source_type = 'process'
    group by
        month,
        case when object_level = 'customer' then object_key else 0 end
    having sum(amount) <> 0
)

select
    coalesce(charged_totals.month, posted_totals.month) as month,
    coalesce(charged_totals.customer_key, posted_totals.customer_key) as customer_key,
    charged_totals.amount as charged_amount,
    posted_totals.amount as posted_amount
from charged_totals
full outer join posted_totals
    on
        charged_totals.month = posted_totals.month
        and charged_totals.customer_key = posted_totals.customer_key
where
    charged_totals.month is null
    or posted_totals.month is null
    or charged_totals.amount <> posted_totals.amount
