-- Grain: one row per month, control component and kind: ledger less sub-ledger of the products that
-- the ledger names on standard cost components without an order, which is how it delivers actual
-- cost. Orders that the ledger names are compared as orders and left aside here. Not sold in the
-- month: `volume`. Sold, and a line of it has no standard: `no_standard_cost`. Else: `price`
-- (method, section 2.2; docs/decisions, 0002).
with

components as (
    select * from {{ ref('int_contribution__components') }}
),

ledger_by_product as (
    select
        ledger_lines.control_component,
        ledger_lines.product_id,
        ledger_lines.month,
        sum(ledger_lines.profit_amount) as ledger_amount
    from {{ ref('int_costing__ledger_lines_classified') }} as ledger_lines
    inner join components on ledger_lines.control_component = components.component
    where
        ledger_lines.route = 'controlled'
        and ledger_lines.order_key = 0
        and ledger_lines.product_key <> 0
        and components.is_standard_cost
    group by ledger_lines.control_component, ledger_lines.product_id, ledger_lines.month
),

lines_of_named_products as (
    select *
    from {{ ref('int_contribution__order_lines_costed') }}
    where product_id in (select product_id from ledger_by_product)
),

product_sales as (
    select
        product_id,
        month,
        max(case when has_standard_cost then 0 else 1 end) as is_without_standard
    from lines_of_named_products
    where not is_return
    group by product_id, month
),

product_lines as (
    select
        product_id,
        month,
        {{ sums_of_order_line_components() }}
    from lines_of_named_products
    group by product_id, month
),

product_components as (
    {{ order_lines_by_component('product_lines', ['product_id', 'month']) }}
),

documents as (
    select
        components.control_component,
        product_components.product_id,
        product_components.month,
        product_components.amount * components.profit_sign as profit_amount
    from product_components
    inner join components on product_components.component = components.component

    union all

    select
        control_component,
        product_id,
        month,
        -profit_amount as profit_amount
    from {{ ref('int_contribution__named_order_components') }}
),

documents_by_product as (
    select
        control_component,
        product_id,
        month,
        sum(profit_amount) as document_amount
    from documents
    group by control_component, product_id, month
),

product_variances as (
    select
        ledger_by_product.month,
        ledger_by_product.control_component,
        case
            when product_sales.product_id is null then 'volume'
            when product_sales.is_without_standard = 1 then 'no_standard_cost'
            else 'price'
        end as variance_kind,
        ledger_by_product.ledger_amount - coalesce(documents_by_product.document_amount, 0)
            as amount
    from ledger_by_product
    left join product_sales
        on
            ledger_by_product.product_id = product_sales.product_id
            and ledger_by_product.month = product_sales.month
    left join documents_by_product
        on
            ledger_by_product.control_component = documents_by_product.control_component
            and ledger_by_product.product_id = documents_by_product.product_id
            and ledger_by_product.month = documents_by_product.month
),

final as (
    select
        month,
        control_component,
        variance_kind,
        cast(sum(amount) as decimal(18, 2)) as amount
    from product_variances
    group by month, control_component, variance_kind
    having sum(amount) <> 0
)

select * from final
