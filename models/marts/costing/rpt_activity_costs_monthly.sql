-- Grain: one row per month and activity with cost: its own cost and the neutral cost that is spread
-- over it, or, of a neutral activity, what it hands on. `surcharge_pct` is neutral / induced x 100
-- (method, section 3.2).
with

activities as (
    select * from {{ ref('int_costing__activities_dated') }}
),

activity_names as (
    select * from {{ ref('dim_activities') }}
),

own_edges as (
    select * from {{ ref('int_costing__cost_centers_allocated') }}
    where receiver_type = 'activity'
),

neutral_edges as (
    select * from {{ ref('int_costing__neutral_costs_allocated') }}
    where receiver_type = 'activity'
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

activity_amounts as (
    select
        month,
        receiver_id as activity_id,
        amount as own_amount,
        0 as neutral_amount
    from own_edges

    union all

    select
        month,
        receiver_id as activity_id,
        0 as own_amount,
        amount as neutral_amount
    from neutral_edges
),

totals as (
    select
        month,
        activity_id,
        cast(sum(own_amount) as decimal(18, 2)) as own_cost_amount,
        cast(sum(neutral_amount) as decimal(18, 2)) as neutral_cost_amount
    from activity_amounts
    group by month, activity_id
),

final as (
    select
        totals.month,
        totals.activity_id,
        activity_names.activity_name,
        activities.cost_center_id,
        activities.behaviour,
        activities.resource_share,
        totals.own_cost_amount,
        totals.neutral_cost_amount,
        case
            when activities.behaviour = 'induced'
                then cast(totals.own_cost_amount + totals.neutral_cost_amount as decimal(18, 2))
            else cast(0 as decimal(18, 2))
        end as activity_cost_amount,
        {{ ratio('100 * totals.neutral_cost_amount', 'totals.own_cost_amount') }} as surcharge_pct,
        {{ ratio('100 * totals.own_cost_amount', 'totals.neutral_cost_amount') }}
            as induced_to_neutral_pct,
        settings.value as currency_code
    from totals
    cross join settings
    inner join activities
        on
            totals.month = activities.month
            and totals.activity_id = activities.activity_id
    left join activity_names on totals.activity_id = activity_names.activity_id
)

select * from final
