-- Grain: one row per control component, order, product and month: the sub-ledger of the orders that
-- the ledger names on accounts of the component, signed by its effect on profit. Order costs have
-- no product, and what sums to zero is no row (method, section 2.2).
with

named_orders as (
    select distinct
        ledger_lines.control_component,
        ledger_lines.order_key
    from {{ ref('int_costing__ledger_lines_classified') }} as ledger_lines
    inner join {{ ref('int_contribution__components') }} as components
        on ledger_lines.control_component = components.component
    where
        ledger_lines.route = 'controlled'
        and ledger_lines.order_key <> 0
        and components.is_by_order
),

components as (
    select * from {{ ref('int_contribution__components') }}
),

order_lines as (
    select
        order_key,
        product_id,
        month,
        {{ sums_of_order_line_components() }}
    from {{ ref('int_contribution__order_lines_costed') }}
    where order_key in (select order_key from named_orders)
    group by order_key, product_id, month
),

order_components as (
    {{ order_lines_by_component('order_lines', ['order_key', 'product_id', 'month']) }}

    union all

    select
        order_key,
        cast(null as string) as product_id,
        month,
        'order_cost:' || cost_type as component,
        amount
    from {{ ref('fct_order_costs') }}
    where order_key in (select order_key from named_orders)
),

final as (
    select
        components.control_component,
        order_components.order_key,
        order_components.product_id,
        order_components.month,
        cast(sum(order_components.amount * components.profit_sign) as decimal(18, 2))
            as profit_amount
    from order_components
    inner join components on order_components.component = components.component
    inner join named_orders
        on
            components.control_component = named_orders.control_component
            and order_components.order_key = named_orders.order_key
    group by
        components.control_component,
        order_components.order_key,
        order_components.product_id,
        order_components.month
    having sum(order_components.amount * components.profit_sign) <> 0
)

select * from final
