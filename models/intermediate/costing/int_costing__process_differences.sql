-- Grain: one row per month, method and process: what the process would charge more, and leave
-- unused more, if service cost centres were charged by another method, or the process by capacity
-- or actual rates, than the company does. What a rate cannot charge it leaves to nobody, as the
-- posting does: no quantity, quantities of mixed sign, no capacity or a driver that was not fed. At
-- standard rates another cost is spending, and no difference (method, section 3; docs/decisions,
-- 0015).
with

process_figures as (
    select * from {{ ref('int_costing__process_figures') }}
),

service_differences as (
    select * from {{ ref('int_costing__service_method_differences') }}
),

-- What is charged by which rate, and what of it already is.
charges as (
    select
        process_figures.month,
        service_differences.allocation_method,
        process_figures.process_id,
        process_figures.charging_rate_basis as rate_basis,
        service_differences.amount,
        cast(0 as decimal(18, 2)) as posted_charged_amount,
        cast(0 as decimal(18, 2)) as posted_unused_amount
    from service_differences
    inner join process_figures
        on
            service_differences.month = process_figures.month
            and service_differences.process_id = process_figures.process_id
    where process_figures.charging_rate_basis <> 'standard'

    union all

    -- Pools were rounded one by one: who is at these rates differs by nothing, not by cents.
    -- Without a capacity there are no capacity rates.
    {% for basis in ['actual', 'capacity'] -%}
    select
        month,
        '{{ basis }}_rates' as allocation_method,
        process_id,
        '{{ basis }}' as rate_basis,
        process_cost_amount as amount,
        process_cost_amount - unused_capacity_cost_amount - spending_variance_amount
        - unchargeable_amount as posted_charged_amount,
        unused_capacity_cost_amount as posted_unused_amount
    from process_figures
    where
        process_cost_amount is not null
        and charging_rate_basis <> '{{ basis }}'
        {%- if basis == 'capacity' %}
        and practical_capacity_quantity > 0
        {%- endif %}
    {{ "union all" if not loop.last }}
    {% endfor -%}
),

charged as (
    select
        charges.*,
        (charges.rate_basis = 'capacity' or coalesce(process_figures.actual_quantity, 0) = 0)
        and not process_figures.is_of_mixed_sign
        and coalesce(process_figures.practical_capacity_quantity > 0, false)
        and (process_figures.is_fed or process_figures.actual_quantity is not null)
            as has_unused_rest,
        case
            when process_figures.is_of_mixed_sign then cast(0 as decimal(18, 2))
            when charges.rate_basis = 'actual' and process_figures.actual_quantity <> 0
                then charges.amount
            when charges.rate_basis = 'capacity' and process_figures.practical_capacity_quantity > 0
                then {{ signed_proportion(
                    'charges.amount',
                    'process_figures.actual_quantity',
                    'process_figures.practical_capacity_quantity',
                    scale=4
                ) }}
            else cast(0 as decimal(18, 2))
        end as charged_amount
    from charges
    inner join process_figures
        on
            charges.month = process_figures.month
            and charges.process_id = process_figures.process_id
),

differences as (
    select
        month,
        allocation_method,
        process_id,
        charged_amount - posted_charged_amount as charged_amount,
        case when has_unused_rest then amount - charged_amount else 0 end - posted_unused_amount
            as unused_amount
    from charged
),

final as (
    select
        month,
        allocation_method,
        process_id,
        cast(charged_amount as decimal(18, 2)) as charged_amount,
        cast(unused_amount as decimal(18, 2)) as unused_amount
    from differences
    where
        charged_amount <> 0
        or unused_amount <> 0
)

select * from final
