-- Grain: one row per segmentation (exclusive tag scheme), segment, month and statement line. The
-- membership on the last day of a month governs the month. A segment's own cost belongs to its
-- scheme and shows as `company` in the others. Each segmentation has the pseudo-segments
-- `company` and `unassigned` and sums to the ledger, to the cent (method, section 8). The value of
-- a plan is the amount of each of its months, signed here as the line's effect on profit; a planned
-- line without a posting is a row of zero, also beyond the last month of the books (decision 0010).
with

contribution_lines as (
    select * from {{ ref('fct_contribution_lines_monthly') }}
),

segmentations as (
    select tag_scheme as segmentation
    from {{ ref('dim_tag_schemes') }}
    where is_exclusive
),

segments as (
    select * from {{ ref('dim_segments') }}
),

memberships as (
    select * from {{ ref('fct_segment_memberships_monthly') }}
),

statement_lines as (
    select * from {{ ref('dim_statement_lines') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

customer_lines as (
    select
        segmentations.segmentation,
        contribution_lines.object_key as customer_key,
        contribution_lines.month,
        contribution_lines.line_id,
        contribution_lines.amount
    from contribution_lines
    cross join segmentations
    where contribution_lines.object_level = 'customer'
),

other_objects as (
    select
        contribution_lines.*,
        case when object_level = 'segment' then object_key end as segment_key
    from contribution_lines
    where object_level <> 'customer'
),

other_lines as (
    select
        other_objects.month,
        other_objects.line_id,
        segments.tag_scheme as own_segmentation,
        segments.segment_id,
        case
            when other_objects.object_level in ('segment', 'company', 'capacity')
                then 'company'
            else 'unassigned'
        end as pseudo_segment,
        sum(other_objects.amount) as amount
    from other_objects
    left join segments on other_objects.segment_key = segments.segment_key
    group by
        other_objects.month,
        other_objects.line_id,
        segments.tag_scheme,
        segments.segment_id,
        other_objects.object_level
),

segment_lines as (
    select
        customer_lines.segmentation,
        coalesce(memberships.segment_id, 'unassigned') as segment_id,
        customer_lines.month,
        customer_lines.line_id,
        customer_lines.amount
    from customer_lines
    left join memberships
        on
            customer_lines.customer_key = memberships.customer_key
            and customer_lines.month = memberships.month
            and customer_lines.segmentation = memberships.segmentation

    union all

    select
        segmentations.segmentation,
        case
            when other_lines.own_segmentation = segmentations.segmentation
                then other_lines.segment_id
            else other_lines.pseudo_segment
        end as segment_id,
        other_lines.month,
        other_lines.line_id,
        other_lines.amount
    from other_lines
    cross join segmentations
),

actuals as (
    select
        segmentation,
        segment_id,
        month,
        line_id,
        sum(amount) as amount
    from segment_lines
    group by segmentation, segment_id, month, line_id
    having sum(amount) <> 0
),

plan_months as (
    select
        plans.segment_id,
        plans.line_id,
        plans.value,
        {{ add_months('plans.month_from', 'cast(numbers.id as integer)') }} as month
    from {{ ref('plans') }} as plans
    inner join {{ numbers_below(1200) }}
        on numbers.id <= {{ months_between('plans.month_from', 'plans.month_to') }}
),

planned as (
    select
        segments.tag_scheme as segmentation,
        plan_months.segment_id,
        plan_months.month,
        plan_months.line_id,
        sum(plan_months.value * statement_lines.profit_sign) as plan_amount
    from plan_months
    inner join segments on plan_months.segment_id = segments.segment_id
    inner join statement_lines on plan_months.line_id = statement_lines.line_id
    group by
        segments.tag_scheme,
        plan_months.segment_id,
        plan_months.month,
        plan_months.line_id
),

actuals_and_plans as (
    select
        coalesce(actuals.segmentation, planned.segmentation) as segmentation,
        coalesce(actuals.segment_id, planned.segment_id) as segment_id,
        coalesce(actuals.month, planned.month) as month,
        coalesce(actuals.line_id, planned.line_id) as line_id,
        cast(coalesce(actuals.amount, 0) as decimal(18, 2)) as amount,
        cast(planned.plan_amount as decimal(18, 2)) as plan_amount
    from actuals
    full outer join planned
        on
            actuals.segmentation = planned.segmentation
            and actuals.segment_id = planned.segment_id
            and actuals.month = planned.month
            and actuals.line_id = planned.line_id
),

final as (
    select
        actuals_and_plans.segmentation,
        actuals_and_plans.segment_id,
        actuals_and_plans.month,
        actuals_and_plans.line_id,
        actuals_and_plans.amount,
        actuals_and_plans.plan_amount,
        settings.value as currency_code
    from actuals_and_plans
    cross join settings
)

select * from final
