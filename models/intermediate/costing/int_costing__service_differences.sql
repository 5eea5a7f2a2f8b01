-- Grain: one row per month, allocation method and operating cost centre: what the centre would take
-- over more from service cost centres under another method than the company's, by the same shares
-- and the same rounding as the cost itself (method, section 3.1; docs/decisions, 0015).
with

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'service_allocation_method'
),

published_edges as (
    select * from {{ ref('int_costing__service_costs_allocated') }}
),

service_shares as (
    select service_shares.*
    from {{ ref('int_costing__service_shares') }} as service_shares
    inner join settings on service_shares.allocation_method <> settings.value
),

other_methods as (
    select distinct allocation_method
    from service_shares
),

service_pools as (
    select
        pools.month,
        'service_to_operating' as stage,
        other_methods.allocation_method as pool_type,
        other_methods.allocation_method || '|' || pools.cost_center_id as pool_id,
        pools.cost_category,
        pools.is_cash_effective,
        cast(null as string) as driver_id,
        pools.amount,
        cast(null as decimal(18, 4)) as capacity_weight,
        'unassigned' as unallocated_type,
        'no_service_allocation' as unallocated_id,
        cast(0 as bigint) as unallocated_key,
        'no_service_allocation' as unallocated_reason
    from {{ ref('int_costing__cost_center_pools') }} as pools
    cross join other_methods
    where
        pools.cost_center_kind = 'service'
        and pools.amount <> 0
),

service_weights as (
    select
        month,
        allocation_method || '|' || cost_center_id as pool_id,
        receiver_type,
        receiver_id,
        receiver_key,
        absorption_share as weight
    from service_shares
    where absorption_share > 0
),

service_edges as (
    {{ allocate('service_pools', 'service_weights', weight_scale=12) }}
),

center_amounts as (
    select
        month,
        pool_type as allocation_method,
        receiver_id as cost_center_id,
        amount
    from service_edges
    where receiver_type = 'cost_center'

    union all

    select
        published_edges.month,
        other_methods.allocation_method,
        published_edges.receiver_id as cost_center_id,
        -published_edges.amount as amount
    from published_edges
    cross join other_methods
    where published_edges.receiver_type = 'cost_center'
),

final as (
    select
        month,
        allocation_method,
        cost_center_id,
        cast(sum(amount) as decimal(18, 2)) as amount
    from center_amounts
    group by month, allocation_method, cost_center_id
    having sum(amount) <> 0
)

select * from final
