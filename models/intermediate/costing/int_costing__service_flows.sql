-- Grain: one row per month, allocation method, service cost centre and the cost centre that it
-- gives to in one step, with its share. Reciprocal: all that use its service, itself left out and
-- the rest renormalised. Step-down: of the service centres only those with a later step. Direct:
-- none of them. `is_final`: the taker passes nothing on. Shares are cut after 16 decimals (method,
-- section 3.1).
with

service_allocations as (
    {{ dated(
        'service_allocations', ['from_cost_center_id', 'to_cost_center_id'], ['usage_quantity']
    ) }}
),

cost_centers as (
    select * from {{ ref('dim_cost_centers') }}
),

service_order as (
    select * from {{ ref('service_order') }}
),

usages as (
    select
        service_allocations.month,
        service_allocations.from_cost_center_id,
        service_allocations.to_cost_center_id,
        takers.cost_center_kind = 'service' as is_between_services,
        giver_order.step as from_step,
        taker_order.step as to_step,
        service_allocations.usage_quantity
    from service_allocations
    inner join cost_centers as givers
        on service_allocations.from_cost_center_id = givers.cost_center_id
    inner join cost_centers as takers
        on service_allocations.to_cost_center_id = takers.cost_center_id
    left join service_order as giver_order
        on service_allocations.from_cost_center_id = giver_order.cost_center_id
    left join service_order as taker_order
        on service_allocations.to_cost_center_id = taker_order.cost_center_id
    where
        givers.cost_center_kind = 'service'
        and service_allocations.from_cost_center_id <> service_allocations.to_cost_center_id
        and service_allocations.usage_quantity > 0
),

method_usages as (
    select
        usages.*,
        'reciprocal' as allocation_method
    from usages

    union all

    select
        usages.*,
        'step_down' as allocation_method
    from usages
    where
        (not is_between_services or coalesce(from_step < to_step, false))
        and exists (select 1 from service_order)

    union all

    select
        usages.*,
        'direct' as allocation_method
    from usages
    where not is_between_services
),

givers as (
    select
        month,
        allocation_method,
        from_cost_center_id,
        {{ wide_integer('sum(cast(usage_quantity as decimal(18, 4))) * 10000') }} as usage_units
    from method_usages
    group by month, allocation_method, from_cost_center_id
),

final as (
    select
        method_usages.month,
        method_usages.allocation_method,
        method_usages.from_cost_center_id,
        method_usages.to_cost_center_id,
        takers_that_give.from_cost_center_id is null as is_final,
        cast(method_usages.usage_quantity as decimal(18, 4)) as usage_quantity,
        cast(
            cast(
                {{ integer_divide(
                    wide_integer('cast(method_usages.usage_quantity as decimal(18, 4)) * 10000')
                    ~ ' * ' ~ wide_integer('10000000000000000'),
                    'givers.usage_units'
                ) }} as decimal(17, 0)
            ) * cast(0.0000000000000001 as decimal(16, 16))
            as decimal(17, 16)
        ) as share
    from method_usages
    inner join givers
        on
            method_usages.month = givers.month
            and method_usages.allocation_method = givers.allocation_method
            and method_usages.from_cost_center_id = givers.from_cost_center_id
    left join givers as takers_that_give
        on
            method_usages.month = takers_that_give.month
            and method_usages.allocation_method = takers_that_give.allocation_method
            and method_usages.to_cost_center_id = takers_that_give.from_cost_center_id
)

select * from final
