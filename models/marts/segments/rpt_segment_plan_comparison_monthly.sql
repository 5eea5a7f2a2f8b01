-- Grain: one row per segmentation, segment, month and statement line or subtotal that has an amount
-- or a plan: the segment's income statement as it is printed, with plan and deviation. A subtotal
-- is the sum of the lines under it in `dim_statement_lines`, of the plan as of the amounts; it is
-- not to be added to lines (method, section 8; decision 0010). A view over the statement.
{{ config(materialized='view') }}

{#- Subtotals stand at most this many levels above a line; a test finds a line that is deeper. -#}
{%- set levels = 6 -%}

with

statement as (
    select * from {{ ref('rpt_segment_income_statement_monthly') }}
),

statement_lines as (
    select * from {{ ref('dim_statement_lines') }}
),

settings as (
    select cast(value as integer) as first_month
    from {{ ref('dim_settings') }}
    where setting = 'fiscal_year_first_month'
),

own_lines as (
    select
        line_id,
        line_id as member_line_id
    from statement_lines
    where not is_subtotal
),
{% for level in range(1, levels + 1) %}
level_{{ level }} as (
    select
        statement_lines.parent_line_id as line_id,
        members.member_line_id
    from {{ 'own_lines' if level == 1 else 'level_' ~ (level - 1) }} as members
    inner join statement_lines on members.line_id = statement_lines.line_id
    where statement_lines.parent_line_id is not null
),
{% endfor %}
members as (
    select line_id, member_line_id from own_lines
    {%- for level in range(1, levels + 1) %}
    union all
    select line_id, member_line_id from level_{{ level }}
    {%- endfor %}
),

summed as (
    select
        statement.segmentation,
        statement.segment_id,
        statement.month,
        members.line_id,
        cast(sum(statement.amount) as decimal(18, 2)) as amount,
        cast(sum(statement.plan_amount) as decimal(18, 2)) as plan_amount,
        max(statement.currency_code) as currency_code
    from statement
    inner join members on statement.line_id = members.member_line_id
    group by
        statement.segmentation,
        statement.segment_id,
        statement.month,
        members.line_id
),

final as (
    select
        summed.segmentation,
        summed.segment_id,
        summed.month,
        {{ fiscal_year('summed.month', 'settings.first_month') }} as fiscal_year,
        {{ fiscal_period('summed.month', 'settings.first_month') }} as fiscal_period,
        summed.line_id,
        statement_lines.line_name,
        statement_lines.sort_order,
        statement_lines.is_subtotal,
        summed.amount,
        summed.plan_amount,
        cast(summed.amount - summed.plan_amount as decimal(18, 2)) as deviation_amount,
        summed.currency_code
    from summed
    cross join settings
    inner join statement_lines on summed.line_id = statement_lines.line_id
)

select * from final
