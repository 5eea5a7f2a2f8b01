{#
    The one allocation of the project (method, section 4): pools of whole cents go to receivers
    in proportion to their weights, by largest remainder, and nothing is lost.

    pools    relation with month, stage, pool_type, pool_id, cost_category, is_cash_effective,
             driver_id, amount decimal(18,2), capacity_weight (null: the sum of the weights),
             unallocated_type, unallocated_id, unallocated_key, unallocated_reason: who keeps
             the pool when nobody has a weight. A null reason says that the driver was fed and
             nothing was done: with a capacity the whole pool is unused.
    weights  relation with month, pool_id, receiver_type, receiver_id, receiver_key, weight: one
             row for a receiver of a pool, summed by the caller, who knows what is summed already.
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
            cast(weight as decimal(28, 12)) as weight
        from {{ weights }}
    ),

    -- Receivers of one weight get the same share but for left-over cents: counted, not listed.
    weight_classes as (
        select
            month,
            pool_id,
            weight,
            {{ wide_integer('weight * 1' ~ '0' * weight_scale) }} as weight_units,
            count(*) as receiver_count
        from receivers
        group by month, pool_id, weight
    ),

    weight_totals as (
        select
            month,
            pool_id,
            sum(weight_units * receiver_count) as pool_units,
            min(weight_units) as least_units,
            max(weight_units) as most_units
        from weight_classes
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
            charged_pools.month,
            charged_pools.pool_id,
            charged_pools.pool_units,
            charged_pools.charged_cents,
            charged_pools.charged_sign,
            weight_classes.weight,
            weight_classes.weight_units,
            weight_classes.receiver_count,
            {{ integer_divide(
                'charged_pools.charged_cents * abs(weight_classes.weight_units)',
                'abs(charged_pools.pool_units)'
            ) }} as floor_cents
        from charged_pools
        inner join weight_classes
            on
                charged_pools.month = weight_classes.month
                and charged_pools.pool_id = weight_classes.pool_id
        where
            weight_classes.weight_units <> 0
            and charged_pools.pool_units <> 0
    ),

    remainders as (
        select
            floors.*,
            charged_cents * abs(weight_units) - floor_cents * abs(pool_units) as remainder,
            charged_cents
            - sum(floor_cents * receiver_count) over (partition by pool_number)
                as left_over_cents
        from floors
    ),

    ties as (
        select
            pool_number,
            remainder,
            sum(receiver_count) as tied_count
        from remainders
        group by pool_number, remainder
    ),

    ranked_ties as (
        select
            ties.*,
            sum(tied_count) over (
                partition by pool_number
                order by remainder desc
                rows between unbounded preceding and current row
            ) - tied_count as earlier_count
        from ties
    ),

    class_shares as (
        select
            remainders.pool_number,
            remainders.month,
            remainders.pool_id,
            remainders.weight,
            {{ units_to_weight('remainders.weight_units', weight_scale) }} as edge_weight,
            {{ cents_to_amount('remainders.charged_sign * remainders.floor_cents') }}
                as floor_amount,
            {{ cents_to_amount('remainders.charged_sign * (remainders.floor_cents + 1)') }}
                as raised_amount,
            case
                when
                    remainders.left_over_cents
                    >= ranked_ties.earlier_count + ranked_ties.tied_count
                    then 'all'
                when remainders.left_over_cents > ranked_ties.earlier_count then 'some'
                else 'none'
            end as raised,
            remainders.left_over_cents - ranked_ties.earlier_count as contested_cents
        from remainders
        inner join ranked_ties
            on
                remainders.pool_number = ranked_ties.pool_number
                and remainders.remainder = ranked_ties.remainder
    ),

    contested_ranks as (
        select
            class_shares.pool_number,
            class_shares.edge_weight,
            class_shares.floor_amount,
            class_shares.raised_amount,
            class_shares.contested_cents,
            receivers.receiver_type,
            receivers.receiver_id,
            receivers.receiver_key,
            row_number() over (
                partition by class_shares.pool_number
                order by receivers.receiver_id, receivers.receiver_type
            ) as contested_rank
        from class_shares
        inner join receivers
            on
                class_shares.month = receivers.month
                and class_shares.pool_id = receivers.pool_id
                and class_shares.weight = receivers.weight
        where class_shares.raised = 'some'
    ),

    edges as (
        select
            class_shares.pool_number,
            receivers.receiver_type,
            receivers.receiver_id,
            receivers.receiver_key,
            class_shares.edge_weight as weight,
            case
                when class_shares.raised = 'all' then class_shares.raised_amount
                else class_shares.floor_amount
            end as amount,
            cast(null as string) as reason
        from class_shares
        inner join receivers
            on
                class_shares.month = receivers.month
                and class_shares.pool_id = receivers.pool_id
                and class_shares.weight = receivers.weight
        where class_shares.raised <> 'some'

        union all

        select
            pool_number,
            receiver_type,
            receiver_id,
            receiver_key,
            edge_weight as weight,
            case when contested_rank <= contested_cents then raised_amount else floor_amount end
                as amount,
            null as reason
        from contested_ranks

        union all

        select
            pool_number,
            'capacity' as receiver_type,
            'capacity' as receiver_id,
            {{ key_of("'capacity'") }} as receiver_key,
            null as weight,
            {{ cents_to_amount(
                'case when amount < 0 then -1 else 1 end * pool_cents'
                ~ ' - charged_sign * charged_cents'
            ) }} as amount,
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
            null as weight,
            amount,
            failure as reason
        from numbered_pools
        where failure is not null
    ),

    described_pools as (
        select
            numbered_pools.*,
            {{ units_to_weight('coalesce(capacity_units, pool_units)', weight_scale) }}
                as pool_weight
        from numbered_pools
    )

    select
        pools_of_edges.month,
        pools_of_edges.stage,
        pools_of_edges.pool_type,
        pools_of_edges.pool_id,
        pools_of_edges.cost_category,
        pools_of_edges.is_cash_effective,
        edges.receiver_type,
        edges.receiver_id,
        edges.receiver_key,
        pools_of_edges.driver_id,
        edges.weight,
        pools_of_edges.pool_weight,
        edges.amount,
        edges.reason
    from edges
    inner join described_pools as pools_of_edges
        on edges.pool_number = pools_of_edges.pool_number
{%- endmacro %}


{# Whole units of a weight as a decimal number for display. #}
{% macro units_to_weight(units, weight_scale) -%}
    cast(
        cast({{ units }} as decimal(24, 0)) * cast(0.{{ '0' * (weight_scale - 1) }}1 as decimal(13, 12))
        as decimal(28, 12)
    )
{%- endmacro %}


{# Whole cents as an amount. #}
{% macro cents_to_amount(cents) -%}
    cast(cast({{ cents }} as decimal(20, 0)) * 0.01 as decimal(18, 2))
{%- endmacro %}
