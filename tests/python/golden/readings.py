"""Readings: published figures that stand in no table, as queries that any case may compare."""

READINGS = {
    # Neutral cost on top of induced cost, in per cent, by cost centre.
    "neutral_surcharges": """
        select
            activities.month,
            activities.cost_center_id,
            sum(edges.amount) filter (where activities.behaviour = 'induced') as induced_amount,
            sum(edges.amount) filter (where activities.behaviour = 'neutral') as neutral_amount,
            cast(
                100.0 * cast(sum(edges.amount) filter (where behaviour = 'neutral') as double)
                / cast(sum(edges.amount) filter (where behaviour = 'induced') as double)
                as decimal(17, 4)
            ) as surcharge_pct
        from marts.fct_cost_assignments as edges
        inner join intermediate.int_costing__activities_dated as activities
            on edges.receiver_id = activities.activity_id and edges.month = activities.month
        where edges.stage = 'cost_center_to_activity'
        group by activities.month, activities.cost_center_id
    """,
    # Cost rates as they would be if nothing were posted in whole cents: from the pools and the
    # weights of the edges. Published examples round a rate, not an amount.
    "unposted_process_rates": """
        with neutral_pools as (
            select month, pool_id, sum(amount) as amount
            from marts.fct_cost_assignments
            where stage = 'neutral_to_induced'
            group by month, pool_id
        ),

        activity_costs as (
            select month, receiver_id as activity_id, cast(amount as double) as amount
            from marts.fct_cost_assignments
            where stage = 'cost_center_to_activity'

            union all

            select
                edges.month,
                edges.receiver_id as activity_id,
                cast(neutral_pools.amount as double)
                * cast(edges.weight as double) / cast(edges.pool_weight as double) as amount
            from marts.fct_cost_assignments as edges
            inner join neutral_pools
                on edges.month = neutral_pools.month and edges.pool_id = neutral_pools.pool_id
            where edges.stage = 'neutral_to_induced'
        )

        select
            rates.month,
            rates.process_id,
            cast(
                sum(activity_costs.amount)
                / cast(max(rates.practical_capacity_quantity) as double) as decimal(17, 5)
            ) as cost_rate
        from activity_costs
        inner join seeds.activity_processes as activity_processes
            on activity_costs.activity_id = activity_processes.activity_id
        inner join marts.fct_process_cost_rates_monthly as rates
            on
                activity_processes.process_id = rates.process_id
                and activity_costs.month = rates.month
        group by rates.month, rates.process_id
    """,
    # Rates as published, in whole units of currency.
    "rounded_process_rates": """
        select month, process_id, cast(capacity_cost_rate as decimal(17, 0)) as cost_rate
        from marts.fct_process_cost_rates_monthly
    """,
}
