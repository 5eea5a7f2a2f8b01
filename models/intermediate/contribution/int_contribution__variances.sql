-- Grain: one row per month, component and kind: what the ledger holds of a controlled component
-- beyond its sub-ledger, signed by its effect on profit. For each component and month the kinds
-- (and `no_standard_cost`, which is not a variance but an unassigned cost) sum to the difference.
--   An order that the ledger names: what nets out over the months is `timing`; the rest stays in
--   the month of the order's last recognition, or of its last posting: `price` for standard cost
--   that both sides have, `no_standard_cost` where the order has none, else `unposted`.
--   A product that the ledger names on a standard cost component: actual cost is delivered.
--   Against the standard of that product and month it is `price`; sold without a standard, it is
--   `no_standard_cost`; not sold, `volume`.
--   The rest: `unposted`.   (method, section 2.2)
with

ledger_lines as (
    select
        ledger_lines.*,
        components.component,
        components.profit_sign,
        components.is_standard_cost
    from {{ ref('int_costing__ledger_lines_classified') }} as ledger_lines
    inner join {{ ref('int_contribution__components') }} as components
        on ledger_lines.control_component = components.component
    where ledger_lines.route = 'controlled'
),

owner_components as (
    select * from {{ ref('int_contribution__owner_components') }}
),

component_signs as (
    select * from {{ ref('int_contribution__components') }}
),

order_lines as (
    select * from {{ ref('int_contribution__order_lines_costed') }}
),

-- Orders that the ledger names -----------------------------------------------------------------

ledger_by_order as (
    select
        component,
        order_key,
        month,
        sum(profit_amount) as ledger_amount
    from ledger_lines
    where order_key <> 0
    group by component, order_key, month
),

named_orders as (
    select distinct component, order_key from ledger_by_order
),

lines_of_named_orders as (
    select *
    from order_lines
    where order_key in (select order_key from named_orders)
),

components_of_named_orders as (
    {{ order_lines_by_component(
        'lines_of_named_orders', ['order_key', 'product_key', 'product_id', 'month']
    ) }}

    union all

    select
        order_key,
        cast(0 as bigint) as product_key,
        cast(null as string) as product_id,
        month,
        'order_cost:' || cost_type as component,
        amount
    from {{ ref('fct_order_costs') }}
    where order_key in (select order_key from named_orders)
),

sub_ledger_of_named_orders as (
    select
        components_of_named_orders.component,
        components_of_named_orders.order_key,
        components_of_named_orders.product_id,
        components_of_named_orders.month,
        components_of_named_orders.amount * component_signs.profit_sign as profit_amount
    from components_of_named_orders
    inner join named_orders
        on
            components_of_named_orders.component = named_orders.component
            and components_of_named_orders.order_key = named_orders.order_key
    inner join component_signs
        on components_of_named_orders.component = component_signs.component
),

order_months as (
    select component, order_key, month, ledger_amount, 0 as document_amount
    from ledger_by_order

    union all

    select component, order_key, month, 0 as ledger_amount, profit_amount as document_amount
    from sub_ledger_of_named_orders
),

order_differences as (
    select
        component,
        order_key,
        month,
        sum(ledger_amount) - sum(document_amount) as difference_amount,
        max(case when document_amount <> 0 then 1 else 0 end) as is_recognised
    from order_months
    group by component, order_key, month
),

order_totals as (
    select
        component,
        order_key,
        sum(difference_amount) as remainder_amount,
        max(is_recognised) as is_recognised,
        coalesce(max(case when is_recognised = 1 then month end), max(month)) as remainder_month
    from order_differences
    group by component, order_key
),

orders_without_standard as (
    select order_key
    from lines_of_named_orders
    where not is_return
    group by order_key
    having max(case when has_standard_cost then 1 else 0 end) = 0
),

order_variances as (
    select
        order_differences.component,
        order_differences.month,
        'timing' as variance_kind,
        order_differences.difference_amount
        - case
            when order_differences.month = order_totals.remainder_month
                then order_totals.remainder_amount
            else 0
        end as amount
    from order_differences
    inner join order_totals
        on
            order_differences.component = order_totals.component
            and order_differences.order_key = order_totals.order_key

    union all

    select
        order_totals.component,
        order_totals.remainder_month as month,
        case
            when not component_signs.is_standard_cost then 'unposted'
            when order_totals.is_recognised = 1 then 'price'
            when orders_without_standard.order_key is not null then 'no_standard_cost'
            else 'unposted'
        end as variance_kind,
        order_totals.remainder_amount as amount
    from order_totals
    inner join component_signs on order_totals.component = component_signs.component
    left join orders_without_standard
        on order_totals.order_key = orders_without_standard.order_key
),

-- Products that the ledger names ---------------------------------------------------------------

ledger_by_product as (
    select
        component,
        product_id,
        month,
        sum(profit_amount) as ledger_amount
    from ledger_lines
    where
        order_key = 0
        and product_key <> 0
        and is_standard_cost
    group by component, product_id, month
),

lines_of_named_products as (
    select *
    from order_lines
    where
        product_id in (select product_id from ledger_by_product)
        and not is_return
),

product_sales as (
    select
        product_id,
        month,
        sum(case when has_standard_cost then 1 else 0 end) as costed_line_count
    from lines_of_named_products
    group by product_id, month
),

components_of_named_products as (
    {{ order_lines_by_component('lines_of_named_products', ['product_id', 'month']) }}
),

sub_ledger_of_named_products as (
    select component, product_id, month, amount from components_of_named_products

    union all

    select
        sub_ledger.component,
        sub_ledger.product_id,
        sub_ledger.month,
        -sub_ledger.profit_amount * component_signs.profit_sign as amount
    from sub_ledger_of_named_orders as sub_ledger
    inner join component_signs on sub_ledger.component = component_signs.component
),

document_by_product as (
    select
        ledger_by_product.component,
        ledger_by_product.product_id,
        ledger_by_product.month,
        ledger_by_product.ledger_amount,
        coalesce(sum(sub_ledger.amount * component_signs.profit_sign), 0) as document_amount
    from ledger_by_product
    inner join component_signs on ledger_by_product.component = component_signs.component
    left join sub_ledger_of_named_products as sub_ledger
        on
            ledger_by_product.component = sub_ledger.component
            and ledger_by_product.product_id = sub_ledger.product_id
            and ledger_by_product.month = sub_ledger.month
    group by
        ledger_by_product.component,
        ledger_by_product.product_id,
        ledger_by_product.month,
        ledger_by_product.ledger_amount
),

product_variances as (
    select
        document_by_product.component,
        document_by_product.month,
        case
            when product_sales.product_id is null then 'volume'
            when product_sales.costed_line_count = 0 then 'no_standard_cost'
            else 'price'
        end as variance_kind,
        document_by_product.ledger_amount - document_by_product.document_amount as amount
    from document_by_product
    left join product_sales
        on
            document_by_product.product_id = product_sales.product_id
            and document_by_product.month = product_sales.month
),

-- The rest -------------------------------------------------------------------------------------

component_differences as (
    select component, month, profit_amount as amount from ledger_lines
    union all
    select component, month, -profit_amount as amount from owner_components
    union all
    select component, month, -amount as amount from order_variances
    union all
    select component, month, -amount as amount from product_variances
),

all_variances as (
    select component, month, variance_kind, amount from order_variances
    union all
    select component, month, variance_kind, amount from product_variances
    union all
    select component, month, 'unposted' as variance_kind, amount from component_differences
),

final as (
    select
        month,
        component as control_component,
        variance_kind,
        cast(sum(amount) as decimal(18, 2)) as amount
    from all_variances
    group by month, component, variance_kind
    having sum(amount) <> 0
)

select * from final
