-- Grain: one row per month, allocation method and process: what the process would cost more under
-- another method for service cost centres than the company's, by what its activities would (method,
-- section 3.3; docs/decisions, 0015).
with

own_amounts as (
    select * from {{ ref('int_costing__activity_differences') }}
),

neutral_amounts as (
    select * from {{ ref('int_costing__neutral_differences') }}
),

activity_amounts as (
    select
        month,
        allocation_method,
        activity_id,
        amount
    from own_amounts
    where behaviour = 'induced'

    union all

    select
        month,
        allocation_method,
        activity_id,
        amount
    from neutral_amounts
),

other_methods as (
    select distinct allocation_method
    from activity_amounts
),

activity_pools as (
    {{- difference_pools('activity_amounts', 'activity_id') }}
),

activity_processes as (
    {{ dated('activity_processes', ['activity_id', 'process_id'], ['share']) }}
),

activity_weights as (
    select
        activity_processes.month,
        other_methods.allocation_method || '|' || activity_processes.activity_id as pool_id,
        'process' as receiver_type,
        activity_processes.process_id as receiver_id,
        cast(0 as bigint) as receiver_key,
        activity_processes.share as weight
    from activity_processes
    inner join {{ ref('dim_processes') }} as processes
        on activity_processes.process_id = processes.process_id
    cross join other_methods
    where activity_processes.share <> 0
),

activity_edges as (
    {{ allocate('activity_pools', 'activity_weights', weight_scale=12) }}
),

final as (
    select
        month,
        pool_type as allocation_method,
        receiver_id as process_id,
        cast(sum(amount) as decimal(18, 2)) as amount
    from activity_edges
    where receiver_type = 'process'
    group by month, pool_type, receiver_id
    having sum(amount) <> 0
)

select * from final
