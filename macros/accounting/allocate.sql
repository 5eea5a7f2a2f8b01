{#
    The one allocation of the project (method, section 4): pools of whole cents go to receivers
    in proportion to their weights, by largest remainder, and nothing is lost.

    pools    relation with month, stage, pool_type, pool_id, cost_category, is_cash_effective,
             driver_id, amount decimal(18,2), capacity_weight (null: the sum of the weights),
             unallocated_type, unallocated_id, unallocated_key, unallocated_reason: who keeps
             the pool when nobody has a weight. A null reason says that the driver was fed and
             nothing was done: with a capacity the whole pool is unused.
    weights  relation with month, pool_id, receiver_type, receiver_id, receiver_key, weight.
             Several rows of one receiver are summed first.
    weight_scale  decimals of a weight that count (4 for quantities, 12 for shares).

    Returns a select of allocation edges: month, stage, pool_type, pool_id, cost_category,
    is_cash_effective, receiver_type, receiver_id, receiver_key, driver_id, weight, pool_weight,
    amount decimal(18,2), reason. For each pool the edges sum to the pool:

        charged    = |pool| x sum of weights / capacity, rounded once, half away from zero
        receiver   = charged x weight div sum of weights, left-over cents to the largest
                     remainders, then in byte order of receiver_id
        unused     = pool - charged                                   (receiver_type `capacity`)
        unassigned = pool, where the weights are of mixed sign or sum to zero, where the
                     capacity is not above zero, or where nobody has a weight
#}
{% macro allocate(pools, weights, weight_scale=4) -%}
    with

    receivers as (
        select
            month,
            pool_id,
            receiver_type,
            receiver_id,
            receiver_key,
            {{ wide_integer('sum(cast(weight as decimal(28, 12))) * 1' ~ '0' * weight_scale) }}
                as weight_units
        from {{ weights }}
        group by month, pool_id, receiver_type, receiver_id, receiver_key
    ),

    weight_totals as (
        select
            month,
            pool_id,
            sum(weight_units) as pool_units,
            min(weight_units) as least_units,
            max(weight_units) as most_units
        from receivers
        group by month, pool_id
    ),

    numbered_pools as (
        select
            pools.*,
            row_number() over (
                order by
                    pools.month,
                    pools.pool_type,
                    pools.pool_id,
                    pools.cost_category,
                    pools.is_cash_effective
            ) as pool_number,
            {{ wide_integer('abs(cast(pools.amount as decimal(20, 2))) * 100') }} as pool_cents,
            {{ wide_integer(
                'cast(pools.capacity_weight as decimal(28, 12)) * 1' ~ '0' * weight_scale
            ) }} as capacity_units,
            weight_totals.pool_units,
            case
                when pools.capacity_weight <= 0 then 'no_driver_quantity'
                when weight_totals.pool_id is null and pools.capacity_weight is null
                    then coalesce(pools.unallocated_reason, 'zero_weight')
                when weight_totals.pool_id is null then pools.unallocated_reason
                when weight_totals.least_units < 0 and weight_totals.most_units > 0
                    then 'mixed_sign_weights'
                when weight_totals.pool_units = 0 and pools.capacity_weight is null
                    then 'zero_weight'
            end as failure
        from {{ pools }} as pools
        left join weight_totals
            on
                pools.month = weight_totals.month
                and pools.pool_id = weight_totals.pool_id
    ),

    charged_pools as (
        select
            numbered_pools.*,
            case
                when capacity_units is null then pool_cents
                when coalesce(pool_units, 0) = 0 then {{ wide_integer('0') }}
                else
                    {{ integer_divide(
                        '2 * pool_cents * abs(pool_units) + capacity_units', '2 * capacity_units'
                    ) }}
            end as charged_cents,
            case when amount < 0 then -1 else 1 end
            * case when capacity_units is not null and pool_units < 0 then -1 else 1 end
                as charged_sign
        from numbered_pools
        where failure is null
    ),

    floors as (
        select
            charged_pools.pool_number,
            receivers.receiver_type,
            receivers.receiver_id,
            receivers.receiver_key,
            receivers.weight_units,
            charged_pools.pool_units,
            charged_pools.charged_cents,
            charged_pools.charged_sign,
            {{ integer_divide(
                'charged_pools.charged_cents * abs(receivers.weight_units)',
                'abs(charged_pools.pool_units)'
            ) }} as floor_cents
        from charged_pools
        inner join receivers
            on
                charged_pools.month = receivers.month
                and charged_pools.pool_id = receivers.pool_id
        where
            receivers.weight_units <> 0
            and charged_pools.pool_units <> 0
    ),

    ranked as (
        select
            floors.*,
            charged_cents - sum(floor_cents) over (partition by pool_number) as left_over_cents,
            row_number() over (
                partition by pool_number
                order by
                    charged_cents * abs(weight_units) - floor_cents * abs(pool_units) desc,
                    receiver_id,
                    receiver_type
            ) as remainder_rank
        from floors
    ),

    shares as (
        select
            pool_number,
            receiver_type,
            receiver_id,
            receiver_key,
            weight_units,
            charged_sign
            * (floor_cents + case when remainder_rank <= left_over_cents then 1 else 0 end)
                as signed_cents,
            cast(null as string) as reason
        from ranked

        union all

        select
            pool_number,
            'capacity' as receiver_type,
            'capacity' as receiver_id,
            {{ key_of("'capacity'") }} as receiver_key,
            null as weight_units,
            case when amount < 0 then -1 else 1 end * pool_cents - charged_sign * charged_cents
                as signed_cents,
            null as reason
        from charged_pools
        where capacity_units is not null

        union all

        select
            pool_number,
            case when failure = unallocated_reason then unallocated_type else 'unassigned' end
                as receiver_type,
            case when failure = unallocated_reason then unallocated_id else failure end
                as receiver_id,
            case
                when failure = unallocated_reason then unallocated_key
                else {{ key_of('failure') }}
            end as receiver_key,
            null as weight_units,
            case when amount < 0 then -1 else 1 end * pool_cents as signed_cents,
            failure as reason
        from numbered_pools
        where failure is not null
    )

    select
        numbered_pools.month,
        numbered_pools.stage,
        numbered_pools.pool_type,
        numbered_pools.pool_id,
        numbered_pools.cost_category,
        numbered_pools.is_cash_effective,
        shares.receiver_type,
        shares.receiver_id,
        shares.receiver_key,
        numbered_pools.driver_id,
        {{ units_to_weight('shares.weight_units', weight_scale) }} as weight,
        {{ units_to_weight(
            'coalesce(numbered_pools.capacity_units, numbered_pools.pool_units)', weight_scale
        ) }} as pool_weight,
        cast(cast(shares.signed_cents as decimal(20, 0)) * 0.01 as decimal(18, 2)) as amount,
        shares.reason
    from shares
    inner join numbered_pools on shares.pool_number = numbered_pools.pool_number
{%- endmacro %}


{# Whole units of a weight as a decimal number for display. #}
{% macro units_to_weight(units, weight_scale) -%}
    cast(
        cast({{ units }} as decimal(24, 0)) * cast(0.{{ '0' * (weight_scale - 1) }}1 as decimal(13, 12))
        as decimal(28, 12)
    )
{%- endmacro %}
