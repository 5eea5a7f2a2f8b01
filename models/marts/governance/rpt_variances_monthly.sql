-- Grain: one row per month, source (component, process, account) and kind of variance, signed by
-- its effect on profit. Of a component: ledger - documents = its variances of all kinds + what is
-- unassigned for want of a standard cost: that part stands beside each kind and has a row of zero
-- of its own, `no_standard_cost`. Of a process at standard rates: its cost - its cost at standard
-- = spending. What an account posts on a line of variances stands as it is: documents know nothing
-- of it (method, sections 2.2 and 3; docs/decisions, 0002).
with

postings as (
    select *
    from {{ ref('int_contribution__postings') }}
    where
        line_id like 'variance!_%' escape '!'
        or source_type = 'variance'
),

ledger_totals as (
    select
        month,
        coalesce(control_component, 'no component') as source_id,
        sum(profit_amount) as amount
    from {{ ref('int_costing__ledger_lines_classified') }}
    where route = 'controlled'
    group by month, coalesce(control_component, 'no component')
),

document_totals as (
    select
        owner_components.month,
        components.control_component as source_id,
        sum(owner_components.profit_amount) as amount
    from {{ ref('int_contribution__owner_components') }} as owner_components
    inner join {{ ref('int_contribution__components') }} as components
        on owner_components.component = components.component
    group by owner_components.month, components.control_component
),

process_totals as (
    select
        month,
        process_id as source_id,
        -sum(amount) as amount
    from {{ ref('int_costing__process_pools') }}
    group by month, process_id
),

charged_totals as (
    select
        month,
        pool_id as source_id,
        -sum(amount) as amount
    from {{ ref('int_costing__processes_allocated') }}
    where coalesce(reason, '') <> 'spending'
    group by month, pool_id
),

accounts as (
    select
        coalesce(control_component, 'no component') as source_id,
        {{ ordered_list('account_id') }} as account_ids
    from {{ ref('dim_ledger_accounts') }}
    where is_profit_and_loss and cost_nature = 'controlled'
    group by coalesce(control_component, 'no component')
),

reasons as (
    select * from {{ ref('reasons') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

variances as (
    select
        month,
        source_type,
        source_id,
        case
            when line_id = 'unassigned' then 'no_standard_cost'
            else substr(line_id, length('variance_') + 1)
        end as variance_kind,
        case when source_type = 'process' then source_id end as process_id,
        case when source_type = 'variance' then source_id end as component,
        sum(case when line_id = 'unassigned' then 0 else amount end) as amount
    from postings
    group by month, source_type, source_id, line_id
),

without_standard as (
    select
        month,
        source_id,
        sum(amount) as amount
    from postings
    where line_id = 'unassigned'
    group by month, source_id
),

final as (
    select
        variances.month,
        variances.source_type,
        variances.source_id,
        variances.variance_kind,
        cast(variances.amount as decimal(18, 2)) as amount,
        cast(
            case variances.source_type
                when 'account' then variances.amount
                when 'process' then process_totals.amount
                else coalesce(ledger_totals.amount, 0)
            end as decimal(18, 2)
        ) as ledger_amount,
        cast(
            case
                when variances.process_id is null then coalesce(document_totals.amount, 0)
                else coalesce(charged_totals.amount, 0)
            end as decimal(18, 2)
        ) as subledger_amount,
        cast(coalesce(without_standard.amount, 0) as decimal(18, 2)) as unassigned_amount,
        accounts.account_ids,
        reasons.description,
        reasons.remedy,
        settings.value as currency_code
    from variances
    cross join settings
    left join ledger_totals
        on
            variances.month = ledger_totals.month
            and variances.component = ledger_totals.source_id
    left join document_totals
        on
            variances.month = document_totals.month
            and variances.component = document_totals.source_id
    left join process_totals
        on
            variances.month = process_totals.month
            and variances.process_id = process_totals.source_id
    left join charged_totals
        on
            variances.month = charged_totals.month
            and variances.process_id = charged_totals.source_id
    left join without_standard
        on
            variances.month = without_standard.month
            and variances.component = without_standard.source_id
    left join accounts on variances.component = accounts.source_id
    left join reasons on variances.variance_kind = reasons.reason_id
)

select * from final
