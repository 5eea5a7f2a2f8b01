-- Grain: one row per month, induced activity, cost category and cash-effectiveness: its own induced
-- cost and the neutral cost spread over it, which together go to the main processes.
with

activities as (
    select * from {{ ref('int_costing__activities_dated') }}
),

activity_edges as (
    select *
    from {{ ref('int_costing__cost_centers_allocated') }}
    where receiver_type = 'activity'
),

neutral_edges as (
    select *
    from {{ ref('int_costing__neutral_costs_allocated') }}
    where receiver_type = 'activity'
),

amounts as (
    select
        activity_edges.month,
        activity_edges.receiver_id as activity_id,
        activity_edges.cost_category,
        activity_edges.is_cash_effective,
        activity_edges.amount as induced_amount,
        0 as neutral_amount
    from activity_edges
    inner join activities
        on
            activity_edges.month = activities.month
            and activity_edges.receiver_id = activities.activity_id
    where activities.behaviour = 'induced'

    union all

    select
        month,
        receiver_id as activity_id,
        cost_category,
        is_cash_effective,
        0 as induced_amount,
        amount as neutral_amount
    from neutral_edges
),

final as (
    select
        month,
        activity_id,
        cost_category,
        is_cash_effective,
        cast(sum(induced_amount) as decimal(18, 2)) as induced_amount,
        cast(sum(neutral_amount) as decimal(18, 2)) as neutral_amount,
        cast(sum(induced_amount) + sum(neutral_amount) as decimal(18, 2)) as amount
    from amounts
    group by month, activity_id, cost_category, is_cash_effective
)

select * from final
