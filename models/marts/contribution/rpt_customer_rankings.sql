-- Grain: one row per period (month or fiscal year), list, top or bottom, and position: the
-- customers with the largest and the smallest contribution II, as many as the setting
-- `ranking_size` says, each with its three largest cost lines: lines below net revenue by what they
-- cost, ties in the order of the statement. Position 1 of `bottom` is the smallest (method,
-- section 5).
with

curve as (
    select *
    from {{ ref('rpt_whale_curve') }}
    where segmentation = 'company'
),

ranking_settings as (
    select cast(value as integer) as ranking_size
    from {{ ref('dim_settings') }}
    where setting = 'ranking_size'
),

periods as (
    {{ months_of_periods() }}
),

contribution_lines as (
    select * from {{ ref('fct_contribution_lines_monthly') }}
    where object_level = 'customer'
),

cost_lines as (
    select
        line_id,
        line_name,
        sort_order
    from {{ ref('dim_statement_lines') }}
    where
        is_contribution_2
        and not is_net_revenue
),

listed as (
    select
        curve.*,
        'top' as list_id,
        curve.rank as list_position
    from curve
    cross join ranking_settings
    where curve.rank <= ranking_settings.ranking_size

    union all

    select
        curve.*,
        'bottom' as list_id,
        curve.customer_count - curve.rank + 1 as list_position
    from curve
    cross join ranking_settings
    where curve.customer_count - curve.rank < ranking_settings.ranking_size
),

listed_customers as (
    select distinct
        listed.period_type,
        listed.period_start,
        listed.customer_key,
        periods.month
    from listed
    inner join periods
        on
            listed.period_type = periods.period_type
            and listed.period_start = periods.period_start
),

costs as (
    select
        listed_customers.period_type,
        listed_customers.period_start,
        listed_customers.customer_key,
        cost_lines.line_id,
        cost_lines.line_name,
        cost_lines.sort_order,
        -sum(contribution_lines.amount) as cost_amount
    from contribution_lines
    inner join cost_lines on contribution_lines.line_id = cost_lines.line_id
    inner join listed_customers
        on
            contribution_lines.object_key = listed_customers.customer_key
            and contribution_lines.month = listed_customers.month
    group by
        listed_customers.period_type,
        listed_customers.period_start,
        listed_customers.customer_key,
        cost_lines.line_id,
        cost_lines.line_name,
        cost_lines.sort_order
    having sum(contribution_lines.amount) < 0
),

ranked_costs as (
    select
        costs.*,
        row_number() over (
            partition by period_type, period_start, customer_key
            order by cost_amount desc, sort_order asc
        ) as cost_rank
    from costs
),

largest_costs as (
    select
        period_type,
        period_start,
        {%- for number in [1, 2, 3] %}
        max(case when cost_rank = {{ number }} then line_id end) as cost_line_{{ number }}_id,
        max(case when cost_rank = {{ number }} then line_name end) as cost_line_{{ number }}_name,
        cast(max(case when cost_rank = {{ number }} then cost_amount end) as decimal(18, 2))
            as cost_line_{{ number }}_amount,
        {%- endfor %}
        customer_key
    from ranked_costs
    where cost_rank <= 3
    group by period_type, period_start, customer_key
),

final as (
    select
        listed.period_type,
        listed.period_id,
        listed.period_start,
        listed.list_id,
        cast(listed.list_position as bigint) as list_position,
        listed.customer_key,
        listed.customer_id,
        listed.contribution_2_amount,
        listed.decile,
        {%- for number in [1, 2, 3] %}
        largest_costs.cost_line_{{ number }}_id,
        largest_costs.cost_line_{{ number }}_name,
        largest_costs.cost_line_{{ number }}_amount,
        {%- endfor %}
        listed.currency_code
    from listed
    left join largest_costs
        on
            listed.period_type = largest_costs.period_type
            and listed.period_start = largest_costs.period_start
            and listed.customer_key = largest_costs.customer_key
)

select * from final
