-- Grain: one row per month, object (level, key), statement line, source type and source: every cent
-- of the revenue and expense accounts exactly once, signed by its effect on profit. Sources:
--   component  controlled accounts, from the sub-ledger        (source: the component)
--   variance   what the ledger holds beyond it                 (source: the component)
--   account    direct and company accounts, lines of nobody    (source: the account)
--   process    the last allocation edges                       (source: the process)
--   edge       what found no receiver on the way               (source: stage:pool)
--   imputed    offset of imputed costs, and those of no centre (source: the imputed cost)
with

owner_components as (
    select * from {{ ref('int_contribution__owner_components') }}
),

variances as (
    select * from {{ ref('int_contribution__variances') }}
),

ledger_lines as (
    select * from {{ ref('int_costing__ledger_lines_classified') }}
),

process_postings as (
    select * from {{ ref('int_contribution__process_postings') }}
),

imputed_costs as (
    select * from {{ ref('int_costing__imputed_costs_dated') }}
),

stopped_edges as (
    select month, stage, pool_id, receiver_type, receiver_key, amount
    from {{ ref('int_costing__service_costs_allocated') }}
    where receiver_type <> 'cost_center'
    union all
    select month, stage, pool_id, receiver_type, receiver_key, amount
    from {{ ref('int_costing__cost_centers_allocated') }}
    where receiver_type <> 'activity'
    union all
    select month, stage, pool_id, receiver_type, receiver_key, amount
    from {{ ref('int_costing__neutral_costs_allocated') }}
    where receiver_type <> 'activity'
    union all
    select month, stage, pool_id, receiver_type, receiver_key, amount
    from {{ ref('int_costing__activities_allocated') }}
    where receiver_type <> 'process'
),

other_postings as (
    select
        month,
        case when variance_kind = 'no_standard_cost' then 'unassigned' else 'company' end
            as object_level,
        case
            when variance_kind = 'no_standard_cost' then {{ key_of("'no_standard_cost'") }}
            else {{ key_of("'company'") }}
        end as object_key,
        case
            when variance_kind = 'no_standard_cost' then 'unassigned'
            else 'variance_' || variance_kind
        end as line_id,
        'variance' as source_type,
        control_component as source_id,
        amount as profit_amount
    from variances

    union all

    select
        month,
        object_level,
        object_key,
        line_id,
        'account' as source_type,
        account_id as source_id,
        profit_amount
    from ledger_lines
    where route in ('direct', 'company', 'unassigned')

    union all

    select
        month,
        'company' as object_level,
        {{ key_of("'company'") }} as object_key,
        'variance_unposted' as line_id,
        'variance' as source_type,
        coalesce(control_component, 'no component') as source_id,
        profit_amount
    from ledger_lines
    where
        route = 'controlled'
        and not exists (
            select 1
            from {{ ref('int_contribution__components') }} as components
            where components.component = ledger_lines.control_component
        )

    union all

    select
        month,
        receiver_type as object_level,
        receiver_key as object_key,
        case receiver_type when 'company' then 'company_cost' else 'unassigned' end as line_id,
        'edge' as source_type,
        stage || ':' || pool_id as source_id,
        -amount as profit_amount
    from stopped_edges

    union all

    select
        month,
        'company' as object_level,
        {{ key_of("'company'") }} as object_key,
        'imputed_offset' as line_id,
        'imputed' as source_type,
        cost_id as source_id,
        monthly_amount as profit_amount
    from imputed_costs

    union all

    select
        month,
        case route when 'company' then 'company' else 'unassigned' end as object_level,
        case route
            when 'company' then {{ key_of("'company'") }}
            else {{ key_of("'unknown_cost_center'") }}
        end as object_key,
        case route when 'company' then 'company_cost' else 'unassigned' end as line_id,
        'imputed' as source_type,
        cost_id as source_id,
        -monthly_amount as profit_amount
    from imputed_costs
    where route <> 'pool'
),

-- Components and processes have one row each already; their millions are not summed again.
final as (
    select
        month,
        object_level,
        object_key,
        line_id,
        'component' as source_type,
        component as source_id,
        profit_amount as amount
    from owner_components

    union all

    select
        month,
        object_level,
        object_key,
        line_id,
        'process' as source_type,
        source_id,
        profit_amount as amount
    from process_postings

    union all

    select
        month,
        object_level,
        object_key,
        line_id,
        source_type,
        source_id,
        cast(sum(profit_amount) as decimal(18, 2)) as amount
    from other_postings
    group by month, object_level, object_key, line_id, source_type, source_id
    having sum(profit_amount) <> 0
)

select * from final
