-- Grain: one row per month, process and volume: what the process would cost at other volumes than
-- that of the month (seed `forecast_volumes`, in per cent of it). Its induced part moves with the
-- volume, its neutral part stays, so that the rate falls as the volume grows: the degression curve
-- (method, sections 3 and 5). A forecast; nothing is posted from it.
with

process_rates as (
    select * from {{ ref('fct_process_cost_rates_monthly') }}
    where actual_quantity > 0
),

forecast_volumes as (
    select * from {{ ref('forecast_volumes') }}
),

volumes as (
    select
        process_rates.process_id,
        process_rates.month,
        process_rates.process_name,
        process_rates.driver_id,
        forecast_volumes.volume_pct,
        process_rates.practical_capacity_quantity,
        process_rates.neutral_cost_amount,
        process_rates.currency_code,
        cast(
            cast(process_rates.actual_quantity as decimal(20, 4)) * forecast_volumes.volume_pct
            * cast(0.01 as decimal(3, 2))
            as decimal(18, 4)
        ) as quantity,
        cast(
            cast(process_rates.induced_cost_amount as decimal(20, 2)) * forecast_volumes.volume_pct
            * cast(0.01 as decimal(3, 2))
            as decimal(18, 2)
        ) as induced_cost_amount
    from process_rates
    cross join forecast_volumes
),

final as (
    select
        process_id,
        month,
        volume_pct,
        process_name,
        driver_id,
        quantity,
        {{ ratio('quantity', 'practical_capacity_quantity') }} as utilisation,
        induced_cost_amount,
        neutral_cost_amount,
        cast(induced_cost_amount + neutral_cost_amount as decimal(18, 2)) as process_cost_amount,
        {{ ratio('induced_cost_amount + neutral_cost_amount', 'quantity') }} as forecast_cost_rate,
        currency_code
    from volumes
)

select * from final
