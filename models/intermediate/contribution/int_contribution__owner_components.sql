-- Grain: one row per month, component and owner (object level, object key): what the sub-ledger
-- says of the controlled components, signed by its effect on profit. A component that no account of
-- the company is controlled by has no counterpart in the ledger and is left out: so variable
-- distribution comes from standard cost or from order costs, never from both (method, section 2).
with

order_lines as (
    select * from {{ ref('int_contribution__order_lines_costed') }}
),

line_totals as (
    select
        month,
        object_level,
        object_key,
        {{ sums_of_order_line_components() }}
    from order_lines
    group by month, object_level, object_key
),

line_components as (
    {{ order_lines_by_component("line_totals", ["month", "object_level", "object_key"]) }}
),

order_costs as (
    select
        month,
        {{ document_owner_level() }} as object_level,
        {{ document_owner_key() }} as object_key,
        'order_cost:' || cost_type as component,
        amount
    from {{ ref('fct_order_costs') }}
),

cash_discounts as (
    select
        month,
        case when customer_key <> 0 then 'customer' else 'unassigned' end as object_level,
        case
            when customer_key <> 0 then customer_key
            when customer_id is null then {{ key_of("'no_owner'") }}
            else {{ key_of("'unknown_customer'") }}
        end as object_key,
        'cash_discount' as component,
        cast(cash_discount_amount - cash_discount_tax_amount as decimal(18, 2)) as amount
    from {{ ref('fct_payments') }}
    where cash_discount_amount <> 0
),

document_costs as (
    select month, object_level, object_key, component, amount from order_costs
    union all
    select month, object_level, object_key, component, amount from cash_discounts
),

-- No component comes from both, and those of order lines are sums already.
all_components as (
    select
        month,
        object_level,
        object_key,
        component,
        amount
    from line_components

    union all

    select
        month,
        object_level,
        object_key,
        component,
        sum(amount) as amount
    from document_costs
    group by month, object_level, object_key, component
),

components as (
    select * from {{ ref('int_contribution__components') }}
),

final as (
    select
        all_components.month,
        all_components.object_level,
        all_components.object_key,
        all_components.component,
        components.line_id,
        cast(all_components.amount * components.profit_sign as decimal(18, 2)) as profit_amount
    from all_components
    inner join components on all_components.component = components.component
    where all_components.amount <> 0
)

select * from final
