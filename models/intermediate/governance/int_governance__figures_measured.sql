-- Grain: one row per measure, measured object and complete month: what is held against earlier
-- months, as far as it stems from documents, events and tags. Of drivers and segments a month
-- without anything counts as zero from their first month on; a price needs sales. Display only.
with

months as (
    select * from {{ ref('dim_months') }}
    where is_complete
),

driver_quantities as (
    select
        'driver_quantity' as measure_id,
        driver_id as measured_id,
        month,
        cast(sum(quantity) as decimal(18, 4)) as observed_value
    from {{ ref('int_costing__driver_quantities') }}
    group by driver_id, month
),

sold_lines as (
    select
        lines.month,
        products.product_category,
        lines.has_standard_cost,
        lines.quantity,
        lines.gross_sales_amount - lines.discount_amount as revenue_amount,
        lines.standard_material_amount
        + lines.standard_production_amount
        + lines.standard_distribution_amount as standard_cost_amount
    from {{ ref('int_contribution__order_lines_costed') }} as lines
    inner join {{ ref('dim_products') }} as products on lines.product_key = products.product_key
    where
        not lines.is_return
        and products.product_category is not null
),

unit_prices as (
    select
        'unit_revenue' as measure_id,
        product_category as measured_id,
        month,
        {{ ratio('sum(revenue_amount)', 'sum(quantity)', precision=18, scale=4) }} as observed_value
    from sold_lines
    group by product_category, month

    union all

    select
        'unit_standard_cost' as measure_id,
        product_category as measured_id,
        month,
        {{ ratio('sum(standard_cost_amount)', 'sum(quantity)', precision=18, scale=4) }}
            as observed_value
    from sold_lines
    where has_standard_cost
    group by product_category, month
),

segment_counts as (
    select
        segmentation,
        segment_id,
        month,
        count(*) as customer_count
    from {{ ref('fct_segment_memberships_monthly') }}
    group by segmentation, segment_id, month
),

segmentation_counts as (
    select
        segmentation,
        month,
        sum(customer_count) as customer_count
    from segment_counts
    group by segmentation, month
),

tag_shares as (
    select
        'tag_share' as measure_id,
        segment_counts.segment_id as measured_id,
        segment_counts.month,
        {{ ratio(
            'segment_counts.customer_count * 100',
            'segmentation_counts.customer_count',
            precision=18, scale=4
        ) }} as observed_value
    from segment_counts
    inner join segmentation_counts
        on
            segment_counts.segmentation = segmentation_counts.segmentation
            and segment_counts.month = segmentation_counts.month
),

-- A merged customer is none of its own any more, though its tags may go on.
known_customers as (
    select
        months.month,
        customers.customer_key
    from {{ ref('dim_customers') }} as customers
    inner join months
        on
            customers.acquired_month <= months.month
            and (customers.merged_on is null or customers.merged_on > months.month_end)
    where customers.customer_key <> 0
),

known_counts as (
    select
        month,
        count(*) as customer_count
    from known_customers
    group by month
),

known_tagged_counts as (
    select
        memberships.segmentation,
        memberships.month,
        count(*) as customer_count
    from {{ ref('fct_segment_memberships_monthly') }} as memberships
    inner join known_customers
        on
            memberships.month = known_customers.month
            and memberships.customer_key = known_customers.customer_key
    group by memberships.segmentation, memberships.month
),

untagged_shares as (
    select
        'untagged_share' as measure_id,
        segmentation_counts.segmentation as measured_id,
        segmentation_counts.month,
        {{ ratio(
            '(known_counts.customer_count - coalesce(known_tagged_counts.customer_count, 0)) * 100',
            'known_counts.customer_count',
            precision=18, scale=4
        ) }} as observed_value
    from segmentation_counts
    inner join known_counts on segmentation_counts.month = known_counts.month
    left join known_tagged_counts
        on
            segmentation_counts.segmentation = known_tagged_counts.segmentation
            and segmentation_counts.month = known_tagged_counts.month
),

counted_values as (
    select * from driver_quantities
    union all
    select * from tag_shares
),

delivered_values as (
    select * from unit_prices
    union all
    select * from untagged_shares
),

counted_objects as (
    select
        measure_id,
        measured_id,
        min(month) as first_month
    from counted_values
    group by measure_id, measured_id
),

final as (
    select
        counted_objects.measure_id,
        counted_objects.measured_id,
        months.month,
        coalesce(counted_values.observed_value, 0) as observed_value
    from counted_objects
    inner join months on counted_objects.first_month <= months.month
    left join counted_values
        on
            counted_objects.measure_id = counted_values.measure_id
            and counted_objects.measured_id = counted_values.measured_id
            and months.month = counted_values.month

    union all

    select
        delivered_values.measure_id,
        delivered_values.measured_id,
        delivered_values.month,
        delivered_values.observed_value
    from delivered_values
    inner join months on delivered_values.month = months.month
    where delivered_values.observed_value is not null
)

select * from final
