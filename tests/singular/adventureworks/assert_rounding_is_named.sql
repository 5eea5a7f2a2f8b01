{{ config(enabled=system_is_used('adventureworks')) }}

-- What rounding leaves against the source, by channel and measure, to the ten-thousandth: the
-- totals of the source plus these differences are the totals of the staged tables.
with

found as (
    select
        channel,
        measure,
        sum(source_amount) as source_amount,
        sum(staged_amount) as staged_amount,
        sum(rounding_amount) as rounding_amount
    from {{ ref('stg_adventureworks__rounding_differences') }}
    group by channel, measure
),

expected as (
    select
        known_differences.channel,
        known_differences.measure,
        cast(known_differences.source_amount as decimal(28, 4)) as source_amount,
        cast(known_differences.rounding_amount as decimal(28, 4)) as rounding_amount
    from (
        values
        ('internet', 'gross', 29358677.2207, 0.6693),
        ('internet', 'discount', 0.0000, 0.0000),
        ('internet', 'tax', 2348694.2301, 29.1299),
        ('internet', 'freight', 733969.6091, -15.5791),
        ('internet', 'product_cost', 17277793.5757, 64.4843),
        ('reseller', 'gross', 80978104.8707, -0.0007),
        ('reseller', 'discount', 527507.8884, -0.0784),
        ('reseller', 'tax', 6436047.6066, 0.2334),
        ('reseller', 'freight', 2011265.9158, -0.2958),
        ('reseller', 'product_cost', 79980114.3790, 15.6310)
    ) as known_differences (channel, measure, source_amount, rounding_amount)
)

select
    coalesce(expected.channel, found.channel) as channel,
    coalesce(expected.measure, found.measure) as measure,
    expected.rounding_amount as expected_amount,
    found.rounding_amount as found_amount
from expected
full outer join found
    on
        expected.channel = found.channel
        and expected.measure = found.measure
where
    expected.source_amount is distinct from found.source_amount
    or expected.rounding_amount is distinct from found.rounding_amount
    or expected.source_amount + expected.rounding_amount is distinct from found.staged_amount
