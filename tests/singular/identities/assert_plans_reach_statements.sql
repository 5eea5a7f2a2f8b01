-- What is planned stands in the segment's statement, line by line and month by month, signed by its
-- effect on profit, and each subtotal of the plan is the sum of its lines: the company's result of
-- a segment and month is all its lines, in amounts, plans and deviations. The deviation is the
-- amount less the plan: of all lines of a segment and month or of none.
with

plan_totals as (
    select
        plans.segment_id,
        plans.line_id,
        sum(
            plans.value
            * case lines.sign when '-' then -1 else 1 end
            * ({{ months_between('plans.month_from', 'plans.month_to') }} + 1)
        ) as plan_amount
    from {{ ref('plans') }} as plans
    left join {{ ref('statement_lines') }} as lines on plans.line_id = lines.line_id
    group by plans.segment_id, plans.line_id
),

statement_totals as (
    select
        segment_id,
        line_id,
        sum(plan_amount) as plan_amount
    from {{ ref('rpt_segment_income_statement_monthly') }}
    where plan_amount is not null
    group by segment_id, line_id
),

comparison as (
    select
        segmentation,
        segment_id,
        month,
        sum(amount) filter (where not is_subtotal) as line_amount,
        sum(plan_amount) filter (where not is_subtotal) as line_plan_amount,
        sum(deviation_amount) filter (where not is_subtotal) as line_deviation_amount,
        sum(amount) filter (where line_id = 'company_result') as subtotal_amount,
        sum(plan_amount) filter (where line_id = 'company_result') as subtotal_plan_amount,
        sum(deviation_amount) filter (where line_id = 'company_result')
            as subtotal_deviation_amount,
        count(plan_amount) as plan_count,
        count(deviation_amount) as deviation_count,
        count(*) as line_count,
        count(*) filter (where is_in_books) as book_count
    from {{ ref('rpt_segment_plan_comparison_monthly') }}
    group by segmentation, segment_id, month
)

select
    coalesce(plan_totals.segment_id, statement_totals.segment_id) as segment_id,
    coalesce(plan_totals.line_id, statement_totals.line_id) as line_id,
    plan_totals.plan_amount as expected_amount,
    statement_totals.plan_amount as found_amount
from plan_totals
full outer join statement_totals
    on
        plan_totals.segment_id = statement_totals.segment_id
        and plan_totals.line_id = statement_totals.line_id
where
    plan_totals.segment_id is null
    or statement_totals.segment_id is null
    or plan_totals.plan_amount <> statement_totals.plan_amount

union all

select
    segment_id,
    'company_result' as line_id,
    coalesce(line_plan_amount, line_amount) as expected_amount,
    coalesce(subtotal_plan_amount, subtotal_amount) as found_amount
from comparison
where
    subtotal_amount is distinct from line_amount
    or subtotal_plan_amount is distinct from line_plan_amount

union all

select
    segment_id,
    'deviation' as line_id,
    line_deviation_amount as expected_amount,
    subtotal_deviation_amount as found_amount
from comparison
where
    subtotal_deviation_amount is distinct from line_deviation_amount
    or subtotal_deviation_amount <> subtotal_amount - coalesce(subtotal_plan_amount, 0)
    or deviation_count
    <> case when plan_count > 0 and book_count > 0 then line_count else 0 end
