-- Grain: one row per kind of break, month, document and line: documents that contradict each other
-- or that the books know nothing of. Nothing is lost by a break; it says why a figure may surprise.
--   return_without_original    the order or line that a return points at was never delivered
--   return_of_other_product    ... is of another product
--   return_exceeds_original    ... was sold in a smaller quantity than all its returns
--   restocked_exceeds_returned more was restocked than came back; only the latter is credited
--   component_not_in_ledger    no account holds the component, which is therefore not posted
-- The amount is that of the return, of the month's component, in functional currency.
with

order_lines as (
    select * from {{ ref('fct_order_lines') }}
),

components as (
    select * from {{ ref('int_contribution__components') }}
),

reasons as (
    select * from {{ ref('reasons') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

line_totals as (
    select
        month,
        {{ sums_of_order_line_components() }}
    from {{ ref('int_contribution__order_lines_costed') }}
    group by month
),

component_totals as (
    {{ order_lines_by_component("line_totals", ["month"]) }}

    union all

    select
        month,
        'order_cost:' || cost_type as component,
        sum(amount) as amount
    from {{ ref('fct_order_costs') }}
    group by month, cost_type

    union all

    select
        month,
        'cash_discount' as component,
        sum(cash_discount_amount - cash_discount_tax_amount) as amount
    from {{ ref('fct_payments') }}
    where cash_discount_amount <> 0
    group by month
),

return_lines as (
    select
        month,
        order_id,
        line_number,
        product_id,
        -quantity as returned_quantity,
        restocked_quantity,
        returned_order_id,
        returned_line_number,
        cast(discount_amount - gross_amount as decimal(18, 2)) as amount
    from order_lines
    where is_return
),

original_lines as (
    select
        order_id,
        line_number,
        product_id,
        quantity
    from order_lines
    where
        not is_return
        and order_id in (
            select returned_order_id from return_lines where returned_order_id is not null
        )
),

returned_totals as (
    select
        returned_order_id,
        returned_line_number,
        sum(returned_quantity) as returned_quantity
    from return_lines
    group by returned_order_id, returned_line_number
),

traced_returns as (
    select
        return_lines.*,
        original_lines.order_id as original_order_id,
        original_lines.product_id as original_product_id,
        original_lines.quantity as original_quantity,
        returned_totals.returned_quantity as returned_in_all
    from return_lines
    left join original_lines
        on
            return_lines.returned_order_id = original_lines.order_id
            and return_lines.returned_line_number = original_lines.line_number
    left join returned_totals
        on
            return_lines.returned_order_id = returned_totals.returned_order_id
            and return_lines.returned_line_number = returned_totals.returned_line_number
),

breaks as (
    select
        'return_without_original' as reason_id,
        month,
        order_id as document_id,
        line_number,
        amount
    from traced_returns
    where
        original_order_id is null
        and (
            returned_line_number is not null
            or returned_order_id not in (select order_id from order_lines where not is_return)
        )

    union all

    select
        'return_of_other_product' as reason_id,
        month,
        order_id as document_id,
        line_number,
        amount
    from traced_returns
    where product_id <> original_product_id

    union all

    select
        'return_exceeds_original' as reason_id,
        month,
        order_id as document_id,
        line_number,
        amount
    from traced_returns
    where returned_in_all > original_quantity

    union all

    select
        'restocked_exceeds_returned' as reason_id,
        month,
        order_id as document_id,
        line_number,
        amount
    from traced_returns
    where restocked_quantity > returned_quantity

    union all

    select
        'component_not_in_ledger' as reason_id,
        month,
        component as document_id,
        0 as line_number,
        amount
    from component_totals
    where
        not exists (
            select 1 from components where components.component = component_totals.component
        )
        and amount <> 0
),

final as (
    select
        breaks.reason_id,
        breaks.month,
        breaks.document_id,
        cast(breaks.line_number as integer) as line_number,
        cast(breaks.amount as decimal(18, 2)) as amount,
        settings.value as currency_code,
        reasons.description,
        reasons.remedy
    from breaks
    cross join settings
    left join reasons on breaks.reason_id = reasons.reason_id
)

select * from final
