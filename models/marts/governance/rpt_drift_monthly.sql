-- Grain: one row per measure, measured object and complete month: the value beside the mean and
-- the standard deviation of the twelve earlier months, and the band in which it is expected:
-- mean -/+ the larger of `drift_spreads` deviations and the measure's least width. A count scatters
-- by at least its square root, and its band ends at zero; above zero where no earlier month was
-- without it and zero is further from the mean than it scatters by itself. Estimates in double,
-- rounded; nothing is posted from them.
with

months as (
    select * from {{ ref('dim_months') }}
    where is_complete
),

settings as (
    select * from {{ ref('dim_settings') }}
),

-- How a measure is judged: by which setting, as a share of the mean or in points.
measures as (
    select
        'driver_quantity' as measure_id,
        'drift_quantity_pct' as setting,
        true as is_share_of_mean,
        true as is_count,
        true as may_not_fall
    union all
    select
        'unit_revenue' as measure_id,
        'drift_price_pct' as setting,
        true as is_share_of_mean,
        false as is_count,
        true as may_not_fall
    union all
    select
        'unit_standard_cost' as measure_id,
        'drift_price_pct' as setting,
        true as is_share_of_mean,
        false as is_count,
        true as may_not_fall
    union all
    select
        'cost_rate' as measure_id,
        'drift_cost_rate_pct' as setting,
        true as is_share_of_mean,
        false as is_count,
        true as may_not_fall
    union all
    select
        'tag_share' as measure_id,
        'drift_tag_points' as setting,
        false as is_share_of_mean,
        false as is_count,
        true as may_not_fall
    union all
    select
        'untagged_share' as measure_id,
        'drift_tag_points' as setting,
        false as is_share_of_mean,
        false as is_count,
        false as may_not_fall
    union all
    select
        'variance_share' as measure_id,
        'drift_variance_points' as setting,
        false as is_share_of_mean,
        false as is_count,
        false as may_not_fall
    union all
    select
        'unassigned_share' as measure_id,
        'drift_unassigned_points' as setting,
        false as is_share_of_mean,
        false as is_count,
        false as may_not_fall
),

rules as (
    select
        max(case when setting = 'drift_spreads' then try_cast(value as double) end) as spreads,
        max(case when setting = 'drift_least_months' then try_cast(value as integer) end)
            as least_months
    from settings
),

expenses as (
    select
        entries.month,
        sum(abs(entries.amount)) as amount
    from {{ ref('fct_ledger_entries') }} as entries
    inner join {{ ref('dim_ledger_accounts') }} as accounts
        on entries.account_id = accounts.account_id
    where accounts.account_type = 'expense'
    group by entries.month
),

unassigned as (
    select
        month,
        sum(abs(amount)) as amount
    from {{ ref('rpt_unassigned_monthly') }}
    group by month
),

sales as (
    select
        month,
        sum(amount) as amount
    from {{ ref('fct_contribution_lines_monthly') }}
    where line_id = 'gross_sales'
    group by month
),

variances as (
    select
        month,
        sum(abs(amount)) as amount
    from {{ ref('rpt_variances_monthly') }}
    group by month
),

observed_values as (
    select
        measure_id,
        measured_id,
        month,
        observed_value
    from {{ ref('int_governance__figures_measured') }}

    union all

    select
        'cost_rate' as measure_id,
        process_id as measured_id,
        month,
        cast(capacity_cost_rate as decimal(18, 4)) as observed_value
    from {{ ref('fct_process_cost_rates_monthly') }}
    where capacity_cost_rate is not null

    union all

    select
        'unassigned_share' as measure_id,
        'company' as measured_id,
        expenses.month,
        {{ ratio(
            'coalesce(unassigned.amount, 0) * 100', 'expenses.amount', precision=18, scale=4
        ) }}
            as observed_value
    from expenses
    left join unassigned on expenses.month = unassigned.month
    where expenses.amount <> 0

    union all

    select
        'variance_share' as measure_id,
        'company' as measured_id,
        sales.month,
        {{ ratio(
            'coalesce(variances.amount, 0) * 100', 'sales.amount', precision=18, scale=4
        ) }}
            as observed_value
    from sales
    left join variances on sales.month = variances.month
    where sales.amount <> 0
),

compared_values as (
    select
        observed_values.*,
        months.is_last_complete,
        count(*) over earlier as earlier_months,
        avg(cast(observed_values.observed_value as double)) over earlier as earlier_mean,
        coalesce(
            stddev_samp(cast(observed_values.observed_value as double)) over earlier, 0
        ) as earlier_spread,
        min(cast(observed_values.observed_value as double)) over earlier as earlier_least
    from observed_values
    inner join months on observed_values.month = months.month
    window earlier as (
        partition by observed_values.measure_id, observed_values.measured_id
        order by observed_values.month
        rows between 12 preceding and 1 preceding
    )
),

banded_values as (
    select
        compared_values.*,
        compared_values.earlier_months >= greatest(rules.least_months, 1) as is_judged,
        measures.may_not_fall,
        greatest(
            rules.spreads * greatest(
                compared_values.earlier_spread,
                case
                    when measures.is_count then sqrt(greatest(compared_values.earlier_mean, 1))
                    else 0
                end
            ),
            try_cast(settings.value as double) * case
                when measures.is_share_of_mean
                    then cast(abs(compared_values.earlier_mean) as double) / 100
                else 1
            end
        ) as band_width,
        case
            when not measures.is_count then null
            when
                compared_values.earlier_least > 0
                and compared_values.earlier_mean
                > rules.spreads * sqrt(greatest(compared_values.earlier_mean, 1))
                then least(compared_values.earlier_least, 1)
            else 0
        end as least_count
    from compared_values
    inner join measures on compared_values.measure_id = measures.measure_id
    inner join settings on measures.setting = settings.setting
    cross join rules
),

rounded_values as (
    select
        measure_id,
        measured_id,
        month,
        is_last_complete,
        observed_value,
        cast(earlier_months as integer) as earlier_months,
        {{ estimate('earlier_mean') }} as earlier_mean,
        {{ estimate('earlier_spread') }} as earlier_spread,
        case
            when not may_not_fall then null
            when least_count > earlier_mean - band_width then {{ estimate('least_count') }}
            else {{ estimate('earlier_mean - band_width') }}
        end as lowest_value,
        {{ estimate('earlier_mean + band_width') }} as highest_value,
        is_judged
    from banded_values
),

final as (
    select
        rounded_values.*,
        not is_judged or (
            observed_value >= coalesce(lowest_value, observed_value)
            and observed_value <= highest_value
        ) as is_within_band
    from rounded_values
)

select * from final
