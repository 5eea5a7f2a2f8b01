-- Grain: one row per activity event. A driver with a time equation counts minutes: base x quantity
-- + sum of options x minutes (method, section 3); every other driver counts the quantity.
-- Owner and month of reporting by section 9.
with

activity_events as (
    select * from {{ staged('activity_events') }}
),

dated_events as (
    {{ with_reporting_month('activity_events', 'occurred_on') }}
),

owned_events as (
    {{ with_owner('dated_events', 'occurred_on') }}
),

event_options as (
    select * from {{ staged('event_options') }}
),

time_equations as (
    select * from {{ ref('time_equations') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

products as (
    select * from {{ ref('dim_products') }}
),

base_minutes as (
    select
        driver_id,
        minutes
    from time_equations
    where option_id = 'base'
),

equation_drivers as (
    select distinct driver_id from time_equations
),

option_minutes as (
    select
        event_options.event_id,
        sum(
            cast(event_options.quantity as decimal(20, 4))
            * cast(time_equations.minutes as decimal(16, 4))
        ) as minutes
    from event_options
    inner join activity_events on event_options.event_id = activity_events.event_id
    inner join time_equations
        on
            activity_events.driver_id = time_equations.driver_id
            and event_options.option_id = time_equations.option_id
            and time_equations.option_id <> 'base'
    group by event_options.event_id
),

final as (
    select
        activity_events.event_id,
        activity_events.driver_id,
        activity_events.occurred_on,
        activity_events.month,
        activity_events.economic_month,
        activity_events.is_prior_period,
        cast(activity_events.quantity as decimal(18, 4)) as quantity,
        cast(
            case
                when equation_drivers.driver_id is null then activity_events.quantity
                else
                    cast(activity_events.quantity as decimal(20, 4))
                    * cast(coalesce(base_minutes.minutes, 0) as decimal(16, 4))
                    + coalesce(option_minutes.minutes, 0)
            end as decimal(18, 4)
        ) as driver_quantity,
        coalesce(customers.customer_key, 0) as customer_key,
        activity_events.owner_customer_id as customer_id,
        coalesce(orders.order_key, 0) as order_key,
        activity_events.order_id,
        cast(activity_events.order_line_number as integer) as order_line_number,
        coalesce(products.product_key, 0) as product_key,
        activity_events.product_id
    from owned_events as activity_events
    left join customers on activity_events.owner_customer_id = customers.customer_id
    left join orders on activity_events.order_id = orders.order_id
    left join products on activity_events.product_id = products.product_id
    left join equation_drivers on activity_events.driver_id = equation_drivers.driver_id
    left join base_minutes on activity_events.driver_id = base_minutes.driver_id
    left join option_minutes on activity_events.event_id = option_minutes.event_id
)

select * from final
