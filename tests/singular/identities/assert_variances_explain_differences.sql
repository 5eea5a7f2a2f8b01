-- For each component and month with a variance: ledger - documents = variances of all kinds + what
-- is unassigned for want of a standard cost; for a process, its cost - what it charged, unused
-- capacity included. And a component and month with a difference has a row.
with

explained as (
    select
        month,
        source_type,
        source_id,
        max(ledger_amount) - max(subledger_amount) as difference_amount,
        sum(amount) + max(unassigned_amount) as explained_amount
    from {{ ref('rpt_variances_monthly') }}
    group by month, source_type, source_id
),

both_sides as (
    select
        month,
        coalesce(control_component, 'no component') as source_id,
        profit_amount as amount
    from {{ ref('int_costing__ledger_lines_classified') }}
    where route = 'controlled'

    union all

    select
        owner_components.month,
        components.control_component as source_id,
        -owner_components.profit_amount as amount
    from {{ ref('int_contribution__owner_components') }} as owner_components
    inner join {{ ref('int_contribution__components') }} as components
        on owner_components.component = components.component
),

differences as (
    select
        month,
        source_id,
        sum(amount) as difference_amount
    from both_sides
    group by month, source_id
    having sum(amount) <> 0
)

select
    month,
    source_type,
    source_id,
    difference_amount,
    explained_amount
from explained
where difference_amount is distinct from explained_amount

union all

select
    month,
    'variance' as source_type,
    source_id,
    difference_amount,
    null as explained_amount
from differences
where not exists (
    select 1
    from explained
    where
        explained.month = differences.month
        and explained.source_type = 'variance'
        and explained.source_id = differences.source_id
)
