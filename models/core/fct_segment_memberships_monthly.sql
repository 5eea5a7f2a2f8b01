-- Grain: one row per segmentation (exclusive tag scheme), customer and month. The membership on
-- the last day of a month governs the month (method, section 8); without a row the customer is
-- unassigned in that segmentation. The segment of today stands beside that of the month.
with

customer_tags as (
    select * from {{ ref('fct_customer_tags') }}
),

schemes as (
    select * from {{ ref('dim_tag_schemes') }}
),

months as (
    select * from {{ ref('dim_months') }}
),

customer_segments as (
    select * from {{ ref('dim_customer_segments') }}
),

final as (
    select
        customer_tags.tag_scheme as segmentation,
        customer_tags.customer_key,
        customer_tags.customer_id,
        months.month,
        customer_tags.segment_id,
        customer_segments.current_segment_id
    from customer_tags
    inner join schemes on customer_tags.tag_scheme = schemes.tag_scheme
    inner join months
        on
            customer_tags.valid_from <= months.month_end
            and (customer_tags.valid_to is null or customer_tags.valid_to > months.month_end)
    inner join customer_segments
        on
            customer_tags.tag_scheme = customer_segments.segmentation
            and customer_tags.customer_key = customer_segments.customer_key
    where schemes.is_exclusive
)

select * from final
