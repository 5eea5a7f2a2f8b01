{#
    A document amount in functional currency: amount x rate, rounded once to cents, half away
    from zero (method, section 2.7). Exact: 17 digits of money x 20 digits of rate are 37.
    `round` before the cast, because the cast alone is three times slower on DuckDB; and most
    documents are in functional currency, at a rate of one.
#}
{% macro to_functional(amount, rate) -%}
    case
        when {{ rate }} = 1 then cast({{ amount }} as decimal(18, 2))
        else cast(
            round(cast({{ amount }} as decimal(17, 2)) * cast({{ rate }} as decimal(20, 12)), 2)
            as decimal(18, 2)
        )
    end
{%- endmacro %}


{#
    A quotient for display, never for posting, of two numbers of at most four decimals: rounded once
    to `scale`, half away from zero, in exact integers, so that it is the same on every engine. Null
    where the denominator is zero or the quotient has more digits than decimal(precision, scale).
#}
{% macro ratio(numerator, denominator, precision=17, scale=8) -%}
    {%- set whole = wide_integer('abs(nullif(' ~ denominator ~ ', 0)) * 10000') -%}
    try_cast(
        try_cast(
            case when ({{ numerator }} < 0) = ({{ denominator }} < 0) then 1 else -1 end
            * {{ integer_divide(
                wide_integer('abs(' ~ numerator ~ ') * 10000') ~ ' * 2' ~ '0' * scale ~ ' + ' ~ whole,
                '2 * ' ~ whole
            ) }}
            as decimal({{ precision }}, 0)
        ) * cast(0.{{ '0' * (scale - 1) }}1 as decimal({{ scale + 1 }}, {{ scale }}))
        as decimal({{ precision }}, {{ scale }})
    )
{%- endmacro %}


{#
    amount x part / whole in cents, rounded once, half away from zero, in exact integers. `part`
    and `whole` have the same sign and at most `scale` decimals.
#}
{% macro proportion(amount, part, whole, scale=2) -%}
    cast(
        case when ({{ amount }}) < 0 then -1 else 1 end
        * cast({{ integer_divide(
            '2 * ' ~ wide_integer('abs(cast(' ~ amount ~ ' as decimal(20, 2))) * 100')
            ~ ' * ' ~ wide_integer('abs(' ~ part ~ ') * 1' ~ '0' * scale)
            ~ ' + ' ~ wide_integer('abs(' ~ whole ~ ') * 1' ~ '0' * scale),
            '2 * ' ~ wide_integer('abs(' ~ whole ~ ') * 1' ~ '0' * scale)
        ) }} as decimal(20, 0)) * 0.01
        as decimal(18, 2)
    )
{%- endmacro %}


{#
    `proportion` where part and whole may have different signs, as a cost and a credit within it
    have; null where the whole is zero.
#}
{% macro proportion_of_any_sign(amount, part, whole, scale=2) -%}
    case when ({{ part }} < 0) = ({{ whole }} < 0) then 1 else -1 end
    * {{ proportion(amount, part, 'nullif(' ~ whole ~ ', 0)', scale) }}
{%- endmacro %}


{# The same, and nothing where there is no whole. #}
{% macro signed_proportion(amount, part, whole, scale=2) -%}
    coalesce({{ proportion_of_any_sign(amount, part, whole, scale) }}, 0)
{%- endmacro %}


{#
    An estimate in double, rounded to four decimals for display. By way of a decimal, since engines
    round a double in ways of their own.
#}
{% macro estimate(expression) -%}
    cast(cast({{ expression }} as decimal(28, 8)) as decimal(18, 4))
{%- endmacro %}
