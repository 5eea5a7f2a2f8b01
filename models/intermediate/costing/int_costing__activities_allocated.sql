-- Grain: an allocation edge from an activity to a main process, by the share of the activity that
-- the process uses (method, section 3.3).
with

pools as (
    select
        month,
        'activity_to_process' as stage,
        'activity' as pool_type,
        activity_id as pool_id,
        cost_category,
        is_cash_effective,
        cast(null as string) as driver_id,
        amount,
        cast(null as decimal(18, 4)) as capacity_weight,
        'unassigned' as unallocated_type,
        'no_process' as unallocated_id,
        {{ key_of("'no_process'") }} as unallocated_key,
        'no_process' as unallocated_reason
    from {{ ref('int_costing__activity_pools') }}
    where amount <> 0
),

activity_processes as (
    {{ dated('activity_processes', ['activity_id', 'process_id'], ['share']) }}
),

processes as (
    select * from {{ ref('dim_processes') }}
),

weights as (
    select
        activity_processes.month,
        activity_processes.activity_id as pool_id,
        'process' as receiver_type,
        processes.process_id as receiver_id,
        processes.process_key as receiver_key,
        activity_processes.share as weight
    from activity_processes
    inner join processes on activity_processes.process_id = processes.process_id
    where activity_processes.share <> 0
),

final as (
    {{ allocate('pools', 'weights', weight_scale=12) }}
)

select * from final
