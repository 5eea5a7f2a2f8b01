-- Grain: one row per month, method and process: what the process would charge more, and what it
-- would cost more, if service cost centres were charged by another method, or the process by
-- capacity or actual rates, than the company does. Charged is the part of the difference that goes
-- to receivers; the rest is unused capacity. At standard rates another cost is spending, and no
-- difference (method, section 3; docs/decisions, 0015).
with

process_figures as (
    select * from {{ ref('int_costing__process_figures') }}
),

service_differences as (
    select * from {{ ref('int_costing__service_method_differences') }}
),

processes as (
    select * from {{ ref('dim_processes') }}
),

-- What stands for the charged part at each rate: all of the cost, or its used part, at most once.
rate_targets as (
    select
        month,
        process_id,
        coalesce(process_cost_amount, 0) - unused_capacity_cost_amount - spending_variance_amount
            as charged_amount,
        unused_capacity_cost_amount as unused_amount,
        coalesce(process_cost_amount, 0) as process_cost_amount,
        {{ proportion(
            'coalesce(process_cost_amount, 0)',
            'case when practical_capacity_quantity > 0 and actual_quantity >= 0 '
            ~ 'then actual_quantity else 0 end',
            'case when practical_capacity_quantity > 0 then practical_capacity_quantity else 1 end',
            scale=4
        ) }} as used_amount,
        coalesce(practical_capacity_quantity, 0) > 0 as has_capacity
    from process_figures
    where actual_quantity > 0
),

differences as (
    select
        service_differences.month,
        service_differences.allocation_method,
        service_differences.process_id,
        case
            when processes.charging_rate_basis = 'actual' then service_differences.amount
            when
                coalesce(process_figures.practical_capacity_quantity, 0) <= 0
                or coalesce(process_figures.actual_quantity, 0) <= 0
                then cast(0 as decimal(18, 2))
            else {{ proportion(
                'service_differences.amount',
                'process_figures.actual_quantity',
                'coalesce(nullif(process_figures.practical_capacity_quantity, 0), 1)',
                scale=4
            ) }}
        end as charged_amount,
        service_differences.amount
    from service_differences
    left join process_figures
        on
            service_differences.month = process_figures.month
            and service_differences.process_id = process_figures.process_id
    inner join processes on service_differences.process_id = processes.process_id
    where processes.charging_rate_basis <> 'standard'

    union all

    select
        month,
        'actual_rates' as allocation_method,
        process_id,
        process_cost_amount - charged_amount as charged_amount,
        process_cost_amount - charged_amount - unused_amount as amount
    from rate_targets

    union all

    -- One at capacity rates already has charged each of its pools by them.
    select
        rate_targets.month,
        'capacity_rates' as allocation_method,
        rate_targets.process_id,
        rate_targets.used_amount - rate_targets.charged_amount as charged_amount,
        rate_targets.process_cost_amount - rate_targets.charged_amount
        - rate_targets.unused_amount as amount
    from rate_targets
    inner join processes on rate_targets.process_id = processes.process_id
    where
        rate_targets.has_capacity
        and processes.charging_rate_basis <> 'capacity'
),

final as (
    select
        month,
        allocation_method,
        process_id,
        cast(charged_amount as decimal(18, 2)) as charged_amount,
        cast(amount as decimal(18, 2)) as amount
    from differences
    where
        charged_amount <> 0
        or amount <> 0
)

select * from final
