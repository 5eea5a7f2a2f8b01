-- Grain: one row per month: the reporting currency and the rate at which the month's results are
-- translated. The functional currency is worth one. Else the average rate of the month (the last
-- one dated in it), else the closing rate of its last day: results arise over a month. A month
-- without either stops the run (method, section 1).
with

months as (
    select * from {{ ref('dim_months') }}
),

settings as (
    select
        max(case when setting = 'functional_currency' then value end) as functional_currency,
        coalesce(
            max(case when setting = 'reporting_currency' and value <> '' then value end),
            max(case when setting = 'functional_currency' then value end)
        ) as reporting_currency
    from {{ ref('dim_settings') }}
),

average_rates as (
    select
        currency_code,
        {{ month_of('rate_on') }} as month,
        max_by(rate, rate_on) as rate
    from {{ staged('fx_rates') }}
    where rate_type = 'average'
    group by currency_code, {{ month_of('rate_on') }}
),

closing_rates as (
    select * from {{ ref('fct_fx_rates_daily') }}
),

final as (
    select
        months.month,
        settings.reporting_currency,
        cast(
            case
                when settings.reporting_currency = settings.functional_currency then 1
                else coalesce(average_rates.rate, closing_rates.rate)
            end as decimal(20, 12)
        ) as rate,
        case
            when settings.reporting_currency = settings.functional_currency then 'functional'
            when average_rates.rate is not null then 'average'
            when closing_rates.rate is not null then 'closing'
        end as rate_type
    from months
    cross join settings
    left join average_rates
        on
            months.month = average_rates.month
            and settings.reporting_currency = average_rates.currency_code
    left join closing_rates
        on
            months.month_end = closing_rates.day_on
            and settings.reporting_currency = closing_rates.currency_code
)

select * from final
