-- Grain: one row per month and process with cost: how much of its cost is induced by quantity and
-- how much is neutral to it, and how much can be avoided within 3, 12 and 36 months. Behaviour is
-- that of its activities; avoidability that of the accounts, by way of the cost centres. These are
-- shares of the process for analyses; nothing is posted from them (method, section 3).
{%- set horizons = avoidability_horizons() %}
with

ledger_lines as (
    select * from {{ ref('int_costing__ledger_lines_classified') }}
    where route = 'pool'
),

accounts as (
    select * from {{ ref('dim_ledger_accounts') }}
),

cost_center_pools as (
    select * from {{ ref('int_costing__cost_center_pools') }}
),

service_edges as (
    select * from {{ ref('int_costing__service_costs_allocated') }}
    where receiver_type = 'cost_center'
),

activities as (
    select * from {{ ref('int_costing__activities_dated') }}
),

activity_pools as (
    select * from {{ ref('int_costing__activity_pools') }}
),

process_edges as (
    select * from {{ ref('int_costing__activities_allocated') }}
    where receiver_type = 'process'
),

avoidable_lines as (
    select
        ledger_lines.month,
        {%- for horizon in horizons %}
        sum(
            case when accounts.avoidable_within_months <= {{ horizon }} then 1 else 0 end
            * -ledger_lines.profit_amount
        ) as avoidable_{{ horizon }}_amount,
        {%- endfor %}
        ledger_lines.cost_center_id
    from ledger_lines
    inner join accounts on ledger_lines.account_id = accounts.account_id
    group by ledger_lines.month, ledger_lines.cost_center_id
),

primary_costs as (
    select
        month,
        cost_center_id,
        sum(amount) as amount
    from cost_center_pools
    group by month, cost_center_id
),

primary_shares as (
    select
        primary_costs.month,
        primary_costs.cost_center_id,
        {%- for horizon in horizons %}
        coalesce(avoidable_lines.avoidable_{{ horizon }}_amount, 0)
            as avoidable_{{ horizon }}_amount,
        coalesce(
            {{ ratio(
                'avoidable_lines.avoidable_' ~ horizon ~ '_amount', 'primary_costs.amount',
                precision=18, scale=12
            ) }},
            0
        ) as avoidable_{{ horizon }}_share,
        {%- endfor %}
        primary_costs.amount
    from primary_costs
    left join avoidable_lines
        on
            primary_costs.month = avoidable_lines.month
            and primary_costs.cost_center_id = avoidable_lines.cost_center_id
),

center_amounts as (
    select
        month,
        cost_center_id,
        {%- for horizon in horizons %}
        cast(avoidable_{{ horizon }}_amount as decimal(28, 8)) as avoidable_{{ horizon }}_amount,
        {%- endfor %}
        amount
    from primary_shares

    union all

    select
        service_edges.month,
        service_edges.receiver_id as cost_center_id,
        {%- for horizon in horizons %}
        cast(
            service_edges.amount * primary_shares.avoidable_{{ horizon }}_share
            as decimal(28, 8)
        ) as avoidable_{{ horizon }}_amount,
        {%- endfor %}
        service_edges.amount
    from service_edges
    inner join primary_shares
        on
            service_edges.month = primary_shares.month
            and service_edges.pool_id = primary_shares.cost_center_id
),

center_shares as (
    select
        month,
        {%- for horizon in horizons %}
        coalesce(
            {{ ratio(
                'sum(avoidable_' ~ horizon ~ '_amount)', 'sum(amount)', precision=18, scale=12
            ) }},
            0
        ) as avoidable_{{ horizon }}_share,
        {%- endfor %}
        cost_center_id
    from center_amounts
    group by month, cost_center_id
),

activity_shares as (
    select
        activity_pools.month,
        activity_pools.activity_id,
        coalesce(
            {{ ratio(
                'sum(activity_pools.induced_amount)', 'sum(activity_pools.amount)',
                precision=18, scale=12
            ) }},
            0
        ) as induced_share
    from activity_pools
    group by activity_pools.month, activity_pools.activity_id
),

process_parts as (
    select
        process_edges.month,
        process_edges.receiver_id as process_id,
        process_edges.amount,
        {%- for horizon in horizons %}
        process_edges.amount * center_shares.avoidable_{{ horizon }}_share
            as avoidable_{{ horizon }}_amount,
        {%- endfor %}
        process_edges.amount * activity_shares.induced_share as induced_amount
    from process_edges
    inner join activities
        on
            process_edges.month = activities.month
            and process_edges.pool_id = activities.activity_id
    inner join activity_shares
        on
            process_edges.month = activity_shares.month
            and process_edges.pool_id = activity_shares.activity_id
    inner join center_shares
        on
            process_edges.month = center_shares.month
            and activities.cost_center_id = center_shares.cost_center_id
),

final as (
    select
        month,
        process_id,
        cast(sum(amount) as decimal(18, 2)) as process_cost_amount,
        cast(sum(induced_amount) as decimal(18, 2)) as induced_amount,
        {%- for horizon in horizons %}
        cast(sum(avoidable_{{ horizon }}_amount) as decimal(18, 2))
            as avoidable_{{ horizon }}_amount,
        {%- endfor %}
        cast(sum(amount) as decimal(18, 2)) - cast(sum(induced_amount) as decimal(18, 2))
            as neutral_amount
    from process_parts
    group by month, process_id
)

select * from final
