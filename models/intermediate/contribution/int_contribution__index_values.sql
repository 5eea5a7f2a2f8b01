-- Grain: one row per object (customer, segment, or the company as the sum of its customers),
-- period, process (key 0: the object as such) and node of the index hierarchy that is an amount or
-- a quantity: the sum of its lines, or of its quantity, over the months of the period. The
-- customers of a segment are those of each month; without one they are one object of the
-- segmentation. A view (method, section 5; docs/decisions, 0021).
{{ config(materialized='view') }}

with

nodes as (
    select
        index_nodes.*,
        '|' || line_ids || '|' as its_lines
    from {{ ref('index_nodes') }} as index_nodes
),

statement_lines as (
    select
        lines.line_id,
        lines.parent_line_id,
        parents.parent_line_id as second_parent_id,
        grandparents.parent_line_id as third_parent_id
    from {{ ref('dim_statement_lines') }} as lines
    left join {{ ref('dim_statement_lines') }} as parents
        on lines.parent_line_id = parents.line_id
    left join {{ ref('dim_statement_lines') }} as grandparents
        on parents.parent_line_id = grandparents.line_id
    where
        lines.is_contribution_2
        and not lines.is_subtotal
),

node_lines as (
    select
        nodes.sort_order as node_number,
        nodes.process_level,
        nodes.profit_sign,
        statement_lines.line_id,
        object_levels.sort_order as line_level_number
    from nodes
    inner join statement_lines
        on
            position('|' || statement_lines.line_id || '|' in nodes.its_lines) > 0
            or position('|' || statement_lines.parent_line_id || '|' in nodes.its_lines) > 0
            or position('|' || statement_lines.second_parent_id || '|' in nodes.its_lines) > 0
            or position('|' || statement_lines.third_parent_id || '|' in nodes.its_lines) > 0
    left join {{ ref('object_levels') }} as object_levels
        on statement_lines.line_id = object_levels.processing_line_id
),

processes as (
    select
        process_key,
        process_id
    from {{ ref('dim_processes') }}
),

periods as (
    {{ months_of_periods() }}
),

segmentations as (
    select
        tag_scheme as segmentation,
        {{ key_of("tag_scheme || ':unassigned'") }} as unassigned_key
    from {{ ref('dim_tag_schemes') }}
    where is_exclusive
),

segments as (
    select * from {{ ref('dim_segments') }}
),

memberships as (
    select * from {{ ref('fct_segment_memberships_monthly') }}
),

-- What nodes are made of, by customer and month.
customer_values as (
    select
        postings.object_key as customer_key,
        postings.month,
        node_lines.node_number,
        cast(0 as bigint) as process_key,
        sum(postings.amount * node_lines.profit_sign) as value
    from {{ ref('int_contribution__postings') }} as postings
    inner join node_lines on postings.line_id = node_lines.line_id
    where
        postings.object_level = 'customer'
        and node_lines.process_level is null
    group by postings.object_key, postings.month, node_lines.node_number

    union all

    select
        postings.object_key as customer_key,
        postings.month,
        node_lines.node_number,
        coalesce(processes.process_key, -node_lines.line_level_number) as process_key,
        postings.amount * node_lines.profit_sign as value
    from {{ ref('int_contribution__postings') }} as postings
    inner join node_lines on postings.line_id = node_lines.line_id
    left join processes
        on
            postings.source_id = processes.process_id
            and postings.source_type = 'process'
    where
        postings.object_level = 'customer'
        and node_lines.process_level = 'any'

    union all

    select
        quantities.customer_key,
        quantities.month,
        nodes.sort_order as node_number,
        coalesce(processes.process_key, 0) as process_key,
        quantities.quantity as value
    from {{ ref('int_contribution__customer_quantities') }} as quantities
    inner join nodes on quantities.quantity_id = nodes.quantity_id
    left join processes on quantities.process_id = processes.process_id
),

segmented_values as (
    select
        customer_values.*,
        segmentations.segmentation,
        segmentations.unassigned_key
    from customer_values
    cross join segmentations
),

object_values as (
    select
        'customer' as object_level,
        customer_key as object_key,
        month,
        node_number,
        process_key,
        value
    from customer_values

    union all

    select
        'segment' as object_level,
        coalesce(segments.segment_key, segmented_values.unassigned_key) as object_key,
        segmented_values.month,
        segmented_values.node_number,
        segmented_values.process_key,
        sum(segmented_values.value) as value
    from segmented_values
    left join memberships
        on
            segmented_values.customer_key = memberships.customer_key
            and segmented_values.month = memberships.month
            and segmented_values.segmentation = memberships.segmentation
    left join segments on memberships.segment_id = segments.segment_id
    group by
        coalesce(segments.segment_key, segmented_values.unassigned_key),
        segmented_values.month,
        segmented_values.node_number,
        segmented_values.process_key

    union all

    select
        'company' as object_level,
        {{ key_of("'company'") }} as object_key,
        month,
        node_number,
        process_key,
        sum(value) as value
    from customer_values
    group by month, node_number, process_key
),

final as (
    select
        object_values.object_level,
        object_values.object_key,
        periods.period_type,
        periods.period_number,
        object_values.node_number,
        object_values.process_key,
        cast(sum(object_values.value) as decimal(28, 4)) as value
    from object_values
    inner join periods on object_values.month = periods.month
    group by
        object_values.object_level,
        object_values.object_key,
        periods.period_type,
        periods.period_number,
        object_values.node_number,
        object_values.process_key
)

select * from final
