-- Grain: one row per object (customer, segment, or the company as the sum of its customers), period
-- (month or fiscal year) and node: contribution II taken apart into indices (Diagram 5), as the
-- seed `index_nodes` says. An amount or a quantity is its own numerator; a ratio is numerator over
-- denominator, both sums over the period. A parent is the product or the signed sum of its
-- children, exactly, as long as one multiplies numerators and denominators and not the rounded
-- ratios. A node with a process level stands once for each process. A row of which the object has
-- no value is left out, as if its numerator were zero. A segment holds each month's members. A view
-- (method, sections 5 and 8; docs/decisions, 0021).
{{ config(materialized='view') }}

{%- set keys = 'object_level, object_key, period_type, period_number' %}

with

nodes as (
    select * from {{ ref('index_nodes') }}
),

period_values as (
    select * from {{ ref('int_contribution__index_values') }}
),

-- Key 0 is the object as such; what an account posts to a processing line is no process.
processes as (
    select
        process_key,
        process_id,
        object_level as process_level
    from {{ ref('dim_processes') }}

    union all

    select
        -sort_order as process_key,
        'no_process' as process_id,
        object_level as process_level
    from {{ ref('object_levels') }}
    where object_level in ('order', 'customer')
),

periods as (
    select distinct
        period_number,
        period_id,
        period_start
    from ({{ months_of_periods() }}) as months_of_periods
),

segmentations as (
    select tag_scheme as segmentation
    from {{ ref('dim_tag_schemes') }}
    where is_exclusive
),

-- Everything that has indices; customers without a segment are one object of each segmentation.
objects as (
    select
        'customer' as object_level,
        cast(null as string) as segmentation,
        customer_key as object_key,
        customer_id as object_id
    from {{ ref('dim_customers') }}

    union all

    select
        'segment' as object_level,
        tag_scheme as segmentation,
        segment_key as object_key,
        segment_id as object_id
    from {{ ref('dim_segments') }}

    union all

    select
        'segment' as object_level,
        segmentation,
        {{ key_of("segmentation || ':unassigned'") }} as object_key,
        'unassigned' as object_id
    from segmentations

    union all

    select
        'company' as object_level,
        cast(null as string) as segmentation,
        {{ key_of("'company'") }} as object_key,
        'company' as object_id
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

-- Which node takes which value as its numerator and which as its denominator.
uses as (
    select
        nodes.sort_order as node_number,
        nodes.process_level,
        value_nodes.sort_order as value_node_number,
        value_nodes.process_level is not null as is_by_process,
        true as is_numerator
    from nodes
    inner join nodes as value_nodes
        on coalesce(nodes.numerator_node_id, nodes.node_id) = value_nodes.node_id

    union all

    select
        nodes.sort_order as node_number,
        nodes.process_level,
        value_nodes.sort_order as value_node_number,
        value_nodes.process_level is not null as is_by_process,
        false as is_numerator
    from nodes
    inner join nodes as value_nodes on nodes.denominator_node_id = value_nodes.node_id
),

-- For each process, and with key 0 for the object as such.
process_uses as (
    select
        processes.process_key,
        uses.node_number,
        uses.value_node_number,
        case when uses.is_by_process then processes.process_key else 0 end as value_process_key,
        uses.is_by_process as is_own_value,
        uses.is_numerator
    from uses
    inner join processes on uses.process_level in ('any', processes.process_level)

    union all

    select
        cast(0 as bigint) as process_key,
        node_number,
        value_node_number,
        cast(0 as bigint) as value_process_key,
        true as is_own_value,
        is_numerator
    from uses
    where process_level is null
),

-- A process of which the object has nothing makes no row, though the object has orders.
fractions as (
    select
        {{ keys }},
        process_uses.node_number,
        process_uses.process_key,
        cast(
            sum(case when process_uses.is_numerator then period_values.value else 0 end)
            as decimal(22, 4)
        ) as numerator,
        cast(
            sum(case when process_uses.is_numerator then 0 else period_values.value end)
            as decimal(22, 4)
        ) as denominator
    from period_values
    inner join process_uses
        on
            period_values.node_number = process_uses.value_node_number
            and period_values.process_key = process_uses.value_process_key
    group by
        {{ keys }},
        process_uses.node_number,
        process_uses.process_key
    having max(case when process_uses.is_own_value then 1 else 0 end) = 1
),

final as (
    select
        objects.object_level,
        objects.segmentation,
        fractions.object_key,
        objects.object_id,
        fractions.period_type,
        periods.period_id,
        periods.period_start,
        nodes.node_id || coalesce(':' || processes.process_id, '') as node_id,
        nodes.parent_node_id
        || case
            when parents.process_level is null then ''
            else coalesce(':' || processes.process_id, '')
        end as parent_node_id,
        nodes.node_name || coalesce(': ' || processes.process_id, '') as node_name,
        nodes.formula,
        nodes.unit,
        nodes.node_kind,
        nodes.sort_order,
        nodes.operation,
        nodes.sign,
        processes.process_id,
        cast(
            case
                when nodes.node_kind = 'ratio'
                    then {{ ratio(
                        'fractions.numerator', 'fractions.denominator', precision=26
                    ) }}
                else fractions.numerator
            end as decimal(26, 8)
        ) as value,
        fractions.numerator,
        case when nodes.node_kind = 'ratio' then fractions.denominator end as denominator,
        settings.value as currency_code
    from fractions
    cross join settings
    inner join objects
        on
            fractions.object_level = objects.object_level
            and fractions.object_key = objects.object_key
    inner join periods on fractions.period_number = periods.period_number
    inner join nodes on fractions.node_number = nodes.sort_order
    left join nodes as parents on nodes.parent_node_id = parents.node_id
    left join processes on fractions.process_key = processes.process_key
)

select * from final
