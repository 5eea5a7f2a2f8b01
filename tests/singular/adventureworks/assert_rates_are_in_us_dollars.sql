{{ config(enabled=system_is_used('adventureworks')) }}

-- Rates are US dollars for one unit: a pound is worth more than a dollar, a yen less than two
-- cents, a dollar one. The inverse rates would break each of them.
with

rates as (
    select * from {{ source('adventureworks', 'fact_currency_rate') }}
),

-- Keys of the source's currencies: pound, yen, dollar.
bounds as (
    select
        known_bounds.currency_key,
        known_bounds.least_rate,
        known_bounds.most_rate
    from (
        values
        (98, 1.2, 1.8),
        (102, 0.005, 0.02),
        (100, 1, 1)
    ) as known_bounds (currency_key, least_rate, most_rate)
)

select
    bounds.currency_key,
    min(rates.endofdayrate) as least_found,
    max(rates.endofdayrate) as most_found
from bounds
left join rates on bounds.currency_key = rates.currencykey
group by bounds.currency_key, bounds.least_rate, bounds.most_rate
having
    count(rates.endofdayrate) = 0
    or min(rates.endofdayrate) < bounds.least_rate
    or max(rates.endofdayrate) > bounds.most_rate
