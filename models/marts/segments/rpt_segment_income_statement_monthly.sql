-- Grain: one row per segmentation (exclusive tag scheme), segment, month and statement line. The
-- membership on the last day of a month governs the month. A segment's own cost belongs to its
-- scheme and shows as `company` in the others. Each segmentation has the pseudo-segments
-- `company` and `unassigned` and sums to the ledger, to the cent (method, section 8).
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

customer_lines as (
    select
        segmentations.segmentation,
        contribution_lines.object_key as customer_key,
        contribution_lines.month,
        contribution_lines.line_id,
        contribution_lines.amount,
        contribution_lines.currency_code
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
        other_objects.currency_code,
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
        other_objects.currency_code,
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
        customer_lines.amount,
        customer_lines.currency_code
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
        other_lines.amount,
        other_lines.currency_code
    from other_lines
    cross join segmentations
),

final as (
    select
        segmentation,
        segment_id,
        month,
        line_id,
        cast(sum(amount) as decimal(18, 2)) as amount,
        max(currency_code) as currency_code
    from segment_lines
    group by segmentation, segment_id, month, line_id
    having sum(amount) <> 0
)

select * from final
