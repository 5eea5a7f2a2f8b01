-- Grain: one row per period (month or fiscal year), segment and rank: the customers with a posting
-- in the period, the largest contribution II first, ties in byte order of the customer id, with
-- their running sum. It rises to the peak and falls to the total. `company` is all customers; in a
-- segmentation a month's contribution belongs to the customer's segment of that month, so that one
-- who changed within a year stands in both. Decile = (rank - 1) x 10 div customers, + 1 (method,
-- section 5; docs/decisions, 0021).
with

customer_months as (
    select
        contribution_lines.object_key as customer_key,
        contribution_lines.month,
        sum(contribution_lines.amount) as amount
    from {{ ref('fct_contribution_lines_monthly') }} as contribution_lines
    inner join {{ ref('dim_statement_lines') }} as statement_lines
        on contribution_lines.line_id = statement_lines.line_id
    where
        contribution_lines.object_level = 'customer'
        and statement_lines.is_contribution_2
    group by contribution_lines.object_key, contribution_lines.month
),

segmentations as (
    select tag_scheme as segmentation
    from {{ ref('dim_tag_schemes') }}
    where is_exclusive
),

segment_ids as (
    select
        segmentations.segmentation,
        segments.segment_id
    from segmentations
    inner join {{ ref('dim_segments') }} as segments
        on segmentations.segmentation = segments.tag_scheme

    union all

    select
        segmentation,
        'unassigned' as segment_id
    from segmentations

    union all

    select
        'company' as segmentation,
        'company' as segment_id
),

-- Curves are sorted by whole numbers, which takes a fraction of the time of texts.
segments as (
    select
        segmentation,
        segment_id,
        row_number() over (order by segmentation, segment_id) as segment_number
    from segment_ids
),

customers as (
    select
        customer_key,
        customer_id,
        row_number() over (order by customer_id) as customer_number
    from {{ ref('dim_customers') }}
),

memberships as (
    select * from {{ ref('fct_segment_memberships_monthly') }}
),

month_periods as (
    {{ months_of_periods() }}
),

periods as (
    select distinct
        period_number,
        period_type,
        period_id,
        period_start
    from month_periods
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

segmented_months as (
    select
        segmentations.segmentation,
        customer_months.customer_key,
        customer_months.month,
        customer_months.amount
    from customer_months
    cross join segmentations
),

customer_segments as (
    select
        'company' as segmentation,
        'company' as segment_id,
        customer_key,
        month,
        amount
    from customer_months

    union all

    select
        segmented_months.segmentation,
        coalesce(memberships.segment_id, 'unassigned') as segment_id,
        segmented_months.customer_key,
        segmented_months.month,
        segmented_months.amount
    from segmented_months
    left join memberships
        on
            segmented_months.customer_key = memberships.customer_key
            and segmented_months.month = memberships.month
            and segmented_months.segmentation = memberships.segmentation
),

customer_periods as (
    select
        month_periods.period_number,
        segments.segment_number,
        customer_segments.customer_key,
        sum(customer_segments.amount) as amount
    from customer_segments
    inner join month_periods on customer_segments.month = month_periods.month
    inner join segments
        on
            customer_segments.segmentation = segments.segmentation
            and customer_segments.segment_id = segments.segment_id
    group by
        month_periods.period_number,
        segments.segment_number,
        customer_segments.customer_key
),

cumulated as (
    select
        customer_periods.period_number,
        customer_periods.segment_number,
        customer_periods.customer_key,
        customers.customer_id,
        customer_periods.amount,
        row_number() over (
            partition by customer_periods.period_number, customer_periods.segment_number
            order by customer_periods.amount desc, customers.customer_number asc
        ) as curve_rank,
        sum(customer_periods.amount) over (
            partition by customer_periods.period_number, customer_periods.segment_number
            order by customer_periods.amount desc, customers.customer_number asc
            rows between unbounded preceding and current row
        ) as cumulative_amount
    from customer_periods
    inner join customers on customer_periods.customer_key = customers.customer_key
),

curves as (
    select
        period_number,
        segment_number,
        count(*) as customer_count,
        sum(amount) as total_amount,
        max(cumulative_amount) as peak_amount
    from cumulated
    group by period_number, segment_number
),

final as (
    select
        periods.period_type,
        periods.period_id,
        periods.period_start,
        segments.segmentation,
        segments.segment_id,
        cast(cumulated.curve_rank as bigint) as rank,
        cumulated.customer_key,
        cumulated.customer_id,
        cast(cumulated.amount as decimal(18, 2)) as contribution_2_amount,
        cast(cumulated.cumulative_amount as decimal(18, 2)) as cumulative_amount,
        cast(curves.peak_amount as decimal(18, 2)) as peak_amount,
        cast(curves.total_amount as decimal(18, 2)) as total_amount,
        cast(curves.customer_count as bigint) as customer_count,
        {{ ratio('cumulated.curve_rank', 'curves.customer_count') }} as customer_share,
        {{ ratio('cumulated.cumulative_amount', 'curves.total_amount') }} as cumulative_share,
        cast(
            {{ integer_divide('(cumulated.curve_rank - 1) * 10', 'curves.customer_count') }} + 1
            as integer
        ) as decile,
        cumulated.cumulative_amount = curves.peak_amount
        and (cumulated.amount > 0 or cumulated.curve_rank = 1) as is_peak,
        settings.value as currency_code
    from cumulated
    cross join settings
    inner join curves
        on
            cumulated.period_number = curves.period_number
            and cumulated.segment_number = curves.segment_number
    inner join periods on cumulated.period_number = periods.period_number
    inner join segments on cumulated.segment_number = segments.segment_number
)

select * from final
