-- The walks of macros/accounting/lineage.sql on the last month with costs: what was charged is
-- taken apart down to journal lines, and journal lines are followed to who bears them, each to the
-- cent and without an end in between; and who bears what is what is posted. A walk ends at a pool
-- only where the pool holds nothing.
with

last_month as (
    select max(month) as month
    from {{ ref('int_costing__cost_center_pools') }}
),

all_edges as (
    {{ cost_edges() }}
),

edges as (
    select all_edges.*
    from all_edges
    inner join last_month on all_edges.month = last_month.month
),

all_lines as (
    {{ cost_lines() }}
),

lines as (
    select all_lines.*
    from all_lines
    inner join last_month on all_lines.month = last_month.month
),

sources as (
    {{ cost_sources('edges', by=['object_level', 'line_id']) }}
),

receivers as (
    {{ cost_receivers('lines', by='source_type') }}
),

postings as (
    select all_postings.*
    from {{ ref('int_contribution__postings') }} as all_postings
    inner join last_month on all_postings.month = last_month.month
    where all_postings.source_type in ('process', 'edge')
),

both_sides as (
    select
        'down' as walk,
        object_level || ', ' || line_id as asked_for,
        amount as asked_amount,
        0 as found_amount
    from edges

    union all

    select
        'down' as walk,
        object_level || ', ' || line_id as asked_for,
        0 as asked_amount,
        amount as found_amount
    from sources

    union all

    select
        'up' as walk,
        source_type as asked_for,
        amount as asked_amount,
        0 as found_amount
    from lines

    union all

    select
        'up' as walk,
        source_type as asked_for,
        0 as asked_amount,
        amount as found_amount
    from receivers

    union all

    select
        'posted' as walk,
        object_level || ', ' || line_id as asked_for,
        -amount as asked_amount,
        0 as found_amount
    from postings

    union all

    select
        'posted' as walk,
        object_level || ', ' || line_id as asked_for,
        0 as asked_amount,
        amount as found_amount
    from edges
),

differences as (
    select
        walk,
        asked_for,
        sum(asked_amount) as asked_amount,
        sum(found_amount) as found_amount
    from both_sides
    group by walk, asked_for
    having sum(asked_amount) <> sum(found_amount)
),

filled_processes as (
    select process_pools.process_id
    from {{ ref('int_costing__process_pools') }} as process_pools
    inner join last_month on process_pools.month = last_month.month
    where process_pools.amount <> 0
),

charged_pools as (
    select
        assignments.pool_type,
        assignments.pool_id,
        assignments.cost_category,
        assignments.is_cash_effective
    from {{ ref('fct_cost_assignments') }} as assignments
    inner join last_month on assignments.month = last_month.month
    group by
        assignments.pool_type,
        assignments.pool_id,
        assignments.cost_category,
        assignments.is_cash_effective
    having sum(assignments.amount) <> 0
),

open_ends as (
    select
        'down' as walk,
        source_type || ' ' || source_id as asked_for,
        amount as asked_amount,
        0 as found_amount
    from sources
    where
        source_type not in ('journal', 'imputed')
        and (
            source_type <> 'process'
            or source_id in (select process_id from filled_processes)
        )

    union all

    select
        'up' as walk,
        receivers.receiver_type || ' ' || receivers.receiver_id as asked_for,
        receivers.amount as asked_amount,
        0 as found_amount
    from receivers
    inner join charged_pools
        on
            receivers.receiver_type = charged_pools.pool_type
            and receivers.receiver_id = charged_pools.pool_id
            and receivers.cost_category = charged_pools.cost_category
            and receivers.is_cash_effective = charged_pools.is_cash_effective
    where receivers.receiver_type <> 'product'
)

select walk, asked_for, asked_amount, found_amount
from differences

union all

select walk, asked_for, asked_amount, found_amount
from open_ends
