-- Grain: one row per month, object (level, key), statement line, source type and source: what is
-- posted neither by an owner's component nor by a last allocation edge. Sources:
--   variance   what the ledger holds beyond the sub-ledger      (source: the component)
--   account    direct and company accounts, lines of nobody     (source: the account)
--   edge       what found no receiver on the way                (source: stage:pool)
--   imputed    offset of imputed costs, and those of no centre  (source: the imputed cost)
with

variances as (
    select * from {{ ref('int_contribution__variances') }}
),

ledger_lines as (
    select * from {{ ref('int_costing__ledger_lines_classified') }}
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

posted_amounts as (
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

final as (
    select
        month,
        object_level,
        object_key,
        line_id,
        source_type,
        source_id,
        cast(sum(profit_amount) as decimal(18, 2)) as amount
    from posted_amounts
    group by month, object_level, object_key, line_id, source_type, source_id
    having sum(profit_amount) <> 0
)

select * from final
