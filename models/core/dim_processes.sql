-- Grain: one row per main process.
with

processes as (
    select * from {{ ref('processes') }}
),

final as (
    select
        {{ key_of('process_id') }} as process_key,
        process_id,
        process_name,
        object_level,
        driver_id,
        coalesce(charging_rate_basis, 'capacity') as charging_rate_basis,
        coalesce(unused_capacity_object, 'company') as unused_capacity_object
    from processes
)

select * from final
