-- Grain: one row per month, control component and kind: what the ledger holds of a controlled
-- component beyond its sub-ledger, signed by its effect on profit. By order, by product, and what
-- neither explains as `unposted`: together they are the difference, component by component (and
-- `no_standard_cost`, which is no variance but an unassigned cost). Method, section 2.2.
with

order_variances as (
    select * from {{ ref('int_contribution__order_variances') }}
),

product_variances as (
    select * from {{ ref('int_contribution__product_variances') }}
),

components as (
    select * from {{ ref('int_contribution__components') }}
),

ledger_lines as (
    select ledger_lines.*
    from {{ ref('int_costing__ledger_lines_classified') }} as ledger_lines
    inner join components on ledger_lines.control_component = components.component
    where ledger_lines.route = 'controlled'
),

owner_components as (
    select
        owner_components.month,
        components.control_component,
        owner_components.profit_amount
    from {{ ref('int_contribution__owner_components') }} as owner_components
    inner join components on owner_components.component = components.component
),

differences as (
    select month, control_component, profit_amount as amount from ledger_lines
    union all
    select month, control_component, -profit_amount as amount from owner_components
    union all
    select month, control_component, -amount as amount from order_variances
    union all
    select month, control_component, -amount as amount from product_variances
),

all_variances as (
    select month, control_component, variance_kind, amount from order_variances
    union all
    select month, control_component, variance_kind, amount from product_variances
    union all
    select month, control_component, 'unposted' as variance_kind, amount from differences
),

final as (
    select
        month,
        control_component,
        variance_kind,
        cast(sum(amount) as decimal(18, 2)) as amount
    from all_variances
    group by month, control_component, variance_kind
    having sum(amount) <> 0
)

select * from final
