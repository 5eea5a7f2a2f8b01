-- Grain: one row per currency and day. The closing rate of the day, else the last one before it
-- that is at most `fx_max_age_days` old; the functional currency is worth one. Method, section 2.7.
with

fx_rates as (
    select * from {{ staged('fx_rates') }}
),

months as (
    select * from {{ ref('dim_months') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
),

limits as (
    select
        max(case when setting = 'functional_currency' then value end) as functional_currency,
        max(case when setting = 'fx_max_age_days' then try_cast(value as integer) end)
            as max_age_days
    from settings
),

days as (
    select {{ add_days('months.month', 'numbers.id') }} as day_on
    from months
    cross join {{ numbers_below(31) }}
    where {{ add_days('months.month', 'numbers.id') }} <= months.month_end
),

closing_rates as (
    select
        fx_rates.currency_code,
        fx_rates.rate_on,
        fx_rates.rate,
        lead(fx_rates.rate_on) over (
            partition by fx_rates.currency_code
            order by fx_rates.rate_on
        ) as next_rate_on
    from fx_rates
    where fx_rates.rate_type = 'closing'
),

final as (
    select
        closing_rates.currency_code,
        days.day_on,
        cast(closing_rates.rate as decimal(20, 12)) as rate,
        closing_rates.rate_on
    from closing_rates
    cross join limits
    inner join days
        on
            closing_rates.rate_on <= days.day_on
            and {{ add_days('closing_rates.rate_on', 'limits.max_age_days') }} >= days.day_on
            and (closing_rates.next_rate_on is null or closing_rates.next_rate_on > days.day_on)
    where closing_rates.currency_code <> limits.functional_currency

    union all

    select
        limits.functional_currency as currency_code,
        days.day_on,
        cast(1 as decimal(20, 12)) as rate,
        days.day_on as rate_on
    from limits
    cross join days
)

select * from final
