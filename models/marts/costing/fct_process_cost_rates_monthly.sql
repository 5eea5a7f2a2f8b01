-- Grain: one row per main process and month with cost or with work done: cost, capacity, quantity
-- and the rates between them, and where the cost went (method, section 3). Rates are for display;
-- nothing is posted from them.
with

process_figures as (
    select *
    from {{ ref('int_costing__process_figures') }}
    where
        process_cost_amount is not null
        or actual_quantity is not null
),

processes as (
    select * from {{ ref('dim_processes') }}
),

process_shares as (
    select * from {{ ref('int_costing__process_shares') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

final as (
    select
        process_figures.process_id,
        process_figures.month,
        processes.process_name,
        processes.object_level,
        processes.driver_id,
        process_figures.charging_rate_basis,
        coalesce(process_figures.process_cost_amount, 0) as process_cost_amount,
        process_figures.practical_capacity_quantity,
        coalesce(process_figures.actual_quantity, 0) as actual_quantity,
        {{ ratio(
            'process_figures.process_cost_amount', 'process_figures.practical_capacity_quantity'
        ) }} as capacity_cost_rate,
        {{ ratio('process_figures.process_cost_amount', 'process_figures.actual_quantity') }}
            as actual_cost_rate,
        process_figures.standard_cost_rate,
        {{ ratio(
            'process_figures.practical_capacity_quantity', 'process_figures.process_cost_amount'
        ) }} as productivity,
        {{ ratio(
            'process_figures.actual_quantity', 'process_figures.practical_capacity_quantity'
        ) }} as utilisation,
        process_figures.charged_amount,
        process_figures.unused_capacity_cost_amount,
        process_figures.spending_variance_amount,
        process_figures.unassigned_amount,
        cast(coalesce(process_shares.induced_amount, 0) as decimal(18, 2)) as induced_cost_amount,
        cast(coalesce(process_shares.neutral_amount, 0) as decimal(18, 2)) as neutral_cost_amount,
        settings.value as currency_code
    from process_figures
    cross join settings
    inner join processes on process_figures.process_id = processes.process_id
    left join process_shares
        on
            process_figures.process_id = process_shares.process_id
            and process_figures.month = process_shares.month
)

select * from final
