-- Grain: one row per segmentation, segment, month and statement line or subtotal that has an amount
-- or a plan: the segment's income statement as it is printed, with plan and deviation. A subtotal
-- is the sum of the lines under it in `dim_statement_lines`, of the plan as of the amounts; it is
-- not to be added to lines (method, section 8; decision 0010). The deviation is amount - plan, an
-- unplanned line counted as planned at nothing, so that deviations add up like amounts and plans;
-- a segment's month without any plan, or that the ledger does not reach, has none. A view over the
-- statement.
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

books as (
    select
        min(month) as first_month,
        max(month) as last_month
    from {{ ref('fct_ledger_entries') }}
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

compared as (
    select
        summed.*,
        coalesce(summed.month between books.first_month and books.last_month, false)
            as is_in_books,
        count(summed.plan_amount) over (
            partition by summed.segmentation, summed.segment_id, summed.month
        ) > 0 as has_plan
    from summed
    cross join books
),

final as (
    select
        compared.segmentation,
        compared.segment_id,
        compared.month,
        {{ fiscal_year('compared.month', 'settings.first_month') }} as fiscal_year,
        {{ fiscal_period('compared.month', 'settings.first_month') }} as fiscal_period,
        compared.line_id,
        statement_lines.line_name,
        statement_lines.sort_order,
        statement_lines.is_subtotal,
        compared.amount,
        compared.plan_amount,
        cast(
            case
                when compared.has_plan and compared.is_in_books
                    then compared.amount - coalesce(compared.plan_amount, 0)
            end as decimal(18, 2)
        ) as deviation_amount,
        compared.is_in_books,
        compared.currency_code
    from compared
    cross join settings
    inner join statement_lines on compared.line_id = statement_lines.line_id
)

select * from final
