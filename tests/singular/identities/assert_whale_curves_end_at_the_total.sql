-- Whale curves (method, section 5): in each period the customers of the company, and those of all
-- segments of each segmentation, have together the contribution II that was posted to customers. On
-- each curve the ranks are 1 to the number of customers, the running sum ends at the total and one
-- rank is the peak.
with

periods as (
    {{ months_of_periods() }}
),

curves as (
    select
        period_type,
        period_start,
        segmentation,
        segment_id,
        count(*) as row_count,
        min(rank) as first_rank,
        max(rank) as last_rank,
        max(customer_count) as customer_count,
        sum(contribution_2_amount) as amount,
        max(total_amount) as total_amount,
        sum(case when rank = customer_count then cumulative_amount else 0 end) as end_amount,
        count(*) filter (where is_peak) as peak_count,
        max(cumulative_amount) as highest_amount,
        max(peak_amount) as peak_amount
    from {{ ref('rpt_whale_curve') }}
    group by period_type, period_start, segmentation, segment_id
),

wholes as (
    select
        period_type,
        period_start,
        segmentation,
        sum(amount) as amount
    from curves
    group by period_type, period_start, segmentation
),

posted_months as (
    select
        contribution_lines.month,
        sum(contribution_lines.amount) as amount
    from {{ ref('fct_contribution_lines_monthly') }} as contribution_lines
    inner join {{ ref('dim_statement_lines') }} as statement_lines
        on contribution_lines.line_id = statement_lines.line_id
    where
        contribution_lines.object_level = 'customer'
        and statement_lines.is_contribution_2
    group by contribution_lines.month
),

segmentations as (
    select tag_scheme as segmentation
    from {{ ref('dim_tag_schemes') }}
    where is_exclusive
    union all
    select 'company' as segmentation
),

posted as (
    select
        periods.period_type,
        periods.period_start,
        segmentations.segmentation,
        sum(posted_months.amount) as amount
    from posted_months
    inner join periods on posted_months.month = periods.month
    cross join segmentations
    group by periods.period_type, periods.period_start, segmentations.segmentation
)

select
    coalesce(posted.period_type, wholes.period_type) as period_type,
    coalesce(posted.period_start, wholes.period_start) as period_start,
    coalesce(posted.segmentation, wholes.segmentation) as segmentation,
    'all segments' as segment_id
from posted
full outer join wholes
    on
        posted.period_type = wholes.period_type
        and posted.period_start = wholes.period_start
        and posted.segmentation = wholes.segmentation
where
    posted.amount is null
    or wholes.amount is null
    or posted.amount <> wholes.amount

union all

select
    period_type,
    period_start,
    segmentation,
    segment_id
from curves
where
    first_rank <> 1
    or last_rank <> row_count
    or customer_count <> row_count
    or amount <> total_amount
    or end_amount <> total_amount
    or peak_count <> 1
    or highest_amount <> peak_amount
