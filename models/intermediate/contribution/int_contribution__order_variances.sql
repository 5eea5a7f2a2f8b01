-- Grain: one row per month, control component and kind: ledger less sub-ledger of the orders that
-- the ledger names, signed by its effect on profit. What nets out over an order's months is
-- `timing`; the rest stands in the month of the order's last recognition, else of its last posting.
-- On a standard cost component it is `no_standard_cost` where a line of the order has no standard,
-- and `price` where all have; otherwise it is `unposted` (method, section 2.2; decision 0002).
with

components as (
    select * from {{ ref('int_contribution__components') }}
),

ledger_by_order as (
    select
        ledger_lines.control_component,
        ledger_lines.order_key,
        ledger_lines.month,
        sum(ledger_lines.profit_amount) as ledger_amount
    from {{ ref('int_costing__ledger_lines_classified') }} as ledger_lines
    inner join components on ledger_lines.control_component = components.component
    where
        ledger_lines.route = 'controlled'
        and ledger_lines.order_key <> 0
        and components.is_by_order
    group by ledger_lines.control_component, ledger_lines.order_key, ledger_lines.month
),

order_months as (
    select
        control_component,
        order_key,
        month,
        ledger_amount,
        0 as document_amount
    from ledger_by_order

    union all

    select
        control_component,
        order_key,
        month,
        0 as ledger_amount,
        profit_amount as document_amount
    from {{ ref('int_contribution__named_order_components') }}
),

order_differences as (
    select
        control_component,
        order_key,
        month,
        sum(ledger_amount) - sum(document_amount) as difference_amount,
        max(case when document_amount <> 0 then 1 else 0 end) as is_recognised
    from order_months
    group by control_component, order_key, month
),

order_totals as (
    select
        control_component,
        order_key,
        sum(difference_amount) as remainder_amount,
        max(is_recognised) as is_recognised,
        coalesce(max(case when is_recognised = 1 then month end), max(month)) as remainder_month
    from order_differences
    group by control_component, order_key
),

orders_sold as (
    select
        order_key,
        max(case when has_standard_cost then 0 else 1 end) as is_without_standard
    from {{ ref('int_contribution__order_lines_costed') }}
    where
        not is_return
        and order_key in (select order_key from ledger_by_order)
    group by order_key
),

order_variances as (
    select
        order_differences.control_component,
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
            order_differences.control_component = order_totals.control_component
            and order_differences.order_key = order_totals.order_key

    union all

    select
        order_totals.control_component,
        order_totals.remainder_month as month,
        case
            when not components.is_standard_cost then 'unposted'
            when orders_sold.is_without_standard = 1 then 'no_standard_cost'
            when orders_sold.order_key is not null or order_totals.is_recognised = 1 then 'price'
            else 'unposted'
        end as variance_kind,
        order_totals.remainder_amount as amount
    from order_totals
    inner join components on order_totals.control_component = components.component
    left join orders_sold
        on order_totals.order_key = orders_sold.order_key
),

final as (
    select
        month,
        control_component,
        variance_kind,
        cast(sum(amount) as decimal(18, 2)) as amount
    from order_variances
    group by month, control_component, variance_kind
    having sum(amount) <> 0
)

select * from final
