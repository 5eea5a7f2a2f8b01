-- What an assumption names exists and is of the kind that the assumption is for: cost centres,
-- activities, processes, drivers, unused-capacity objects. Each row that names something else would
-- do nothing, and is an error.
{{ config(tags=['assumptions']) }}

with

cost_centers as (
    select cost_center_id, cost_center_kind from {{ ref('dim_cost_centers') }}
),

references_made as (
    select
        'activities' as seed,
        activity_id as row_key,
        'cost_center_id ' || cost_center_id || ' is no operating cost centre' as problem,
        'deliver it with the kind operating or correct the id' as remedy
    from {{ ref('activities') }} as activities
    where
        not exists (
            select 1 from cost_centers
            where
                cost_centers.cost_center_id = activities.cost_center_id
                and cost_centers.cost_center_kind = 'operating'
        )

    union all

    select
        'service_allocations' as seed,
        from_cost_center_id || ' > ' || to_cost_center_id as row_key,
        'from_cost_center_id ' || from_cost_center_id || ' is no service cost centre' as problem,
        'deliver it with the kind service or correct the id' as remedy
    from {{ ref('service_allocations') }} as service_allocations
    where
        not exists (
            select 1 from cost_centers
            where
                cost_centers.cost_center_id = service_allocations.from_cost_center_id
                and cost_centers.cost_center_kind = 'service'
        )

    union all

    select
        'service_allocations' as seed,
        from_cost_center_id || ' > ' || to_cost_center_id as row_key,
        'to_cost_center_id ' || to_cost_center_id as problem,
        'deliver the cost centre or correct the id' as remedy
    from {{ ref('service_allocations') }} as service_allocations
    where
        not exists (
            select 1 from cost_centers
            where cost_centers.cost_center_id = service_allocations.to_cost_center_id
        )

    union all

    select
        'imputed_costs' as seed,
        cost_id as row_key,
        'cost_center_id ' || cost_center_id as problem,
        'deliver the cost centre or correct the id' as remedy
    from {{ ref('imputed_costs') }} as imputed_costs
    where
        cost_center_id is not null
        and not exists (
            select 1 from cost_centers
            where cost_centers.cost_center_id = imputed_costs.cost_center_id
        )

    union all

    select
        'processes' as seed,
        process_id as row_key,
        'driver_id ' || driver_id as problem,
        'declare the driver in derived_drivers or deliver events of it' as remedy
    from {{ ref('processes') }} as processes
    where
        not exists (
            select 1 from {{ ref('derived_drivers') }} as derived_drivers
            where derived_drivers.driver_id = processes.driver_id
        )
        and not exists (
            select 1 from {{ ref('fct_activity_events') }} as events
            where events.driver_id = processes.driver_id
        )

    union all

    select
        'derived_drivers' as seed,
        driver_id as row_key,
        'events of the driver are delivered too' as problem,
        'derive the driver or deliver its events, not both' as remedy
    from {{ ref('derived_drivers') }} as derived_drivers
    where
        exists (
            select 1 from {{ ref('fct_activity_events') }} as events
            where events.driver_id = derived_drivers.driver_id
        )

    union all

    select
        'time_equations' as seed,
        driver_id as row_key,
        'no events of the driver ' || driver_id || ' are delivered' as problem,
        'correct the driver_id, deliver its events or take the equation out' as remedy
    from {{ ref('time_equations') }} as time_equations
    where
        not exists (
            select 1 from {{ ref('fct_activity_events') }} as events
            where events.driver_id = time_equations.driver_id
        )
    group by driver_id

    union all

    select
        'time_equations' as seed,
        driver_id as row_key,
        'the equation has no base' as problem,
        'add a row with the option base; its minutes may be 0' as remedy
    from {{ ref('time_equations') }}
    group by driver_id
    having max(case when option_id = 'base' then 1 else 0 end) = 0

    union all

    select
        'processes' as seed,
        process_id as row_key,
        'unused_capacity_object ' || unused_capacity_object as problem,
        'give company, or the level and id of an object that exists' as remedy
    from {{ ref('processes') }} as processes
    where
        coalesce(unused_capacity_object, 'company') <> 'company'
        and not exists (
            select 1 from {{ ref('int_contribution__objects') }} as objects
            where
                objects.object_level || ':' || objects.object_id
                = processes.unused_capacity_object
        )
        and not exists (
            select 1 from {{ ref('fct_orders') }} as orders
            where 'order:' || orders.order_id = processes.unused_capacity_object
        )
)

select * from references_made
