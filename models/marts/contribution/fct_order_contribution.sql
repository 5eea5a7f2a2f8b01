-- Grain: one row per order, over all months in which it was posted: its sales and deductions, the
-- direct costs of its lines and of itself, and what processes charged to it, each positive in its
-- normal direction. What belongs to its customer as such (cash discounts, rebates, visits, shares
-- of what its products needed) is never pushed down to it; an order of nobody has its own such
-- shares (method, section 5).
with

orders as (
    select * from {{ ref('fct_orders') }}
),

components as (
    select * from {{ ref('int_contribution__components') }}
),

posted_components as (
    {{ posted_order_line_components() }}
),

accounts as (
    select * from {{ ref('dim_ledger_accounts') }}
    where finest_object_level = 'order'
),

statement_lines as (
    select * from {{ ref('dim_statement_lines') }}
    where is_contribution_2
),

processes as (
    select * from {{ ref('dim_processes') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

line_sums as (
    select
        order_key,
        max(month) as last_month,
        {{ sums_of_order_line_components() }}
    from {{ ref('int_contribution__order_lines_costed') }}
    where order_key <> 0
    group by order_key
),

cost_sums as (
    select
        order_costs.order_key,
        max(order_costs.month) as last_month,
        sum(order_costs.amount) as order_cost_amount
    from {{ ref('fct_order_costs') }} as order_costs
    inner join components on 'order_cost:' || order_costs.cost_type = components.component
    where order_costs.order_key <> 0
    group by order_costs.order_key
),

account_sums as (
    select
        ledger_lines.order_key,
        max(ledger_lines.month) as last_month,
        -sum(ledger_lines.profit_amount) filter (where statement_lines.is_net_revenue)
            as rebate_amount,
        -sum(ledger_lines.profit_amount) filter (where not statement_lines.is_net_revenue)
            as direct_cost_amount
    from {{ ref('int_costing__ledger_lines_classified') }} as ledger_lines
    inner join accounts on ledger_lines.account_id = accounts.account_id
    inner join statement_lines on ledger_lines.line_id = statement_lines.line_id
    where
        ledger_lines.route in ('direct', 'unassigned')
        and ledger_lines.order_key <> 0
    group by ledger_lines.order_key
),

order_edges as (
    select
        process_edges.receiver_key as order_key,
        process_edges.month,
        processes.object_level,
        process_edges.amount
    from {{ ref('int_costing__processes_allocated') }} as process_edges
    inner join processes on process_edges.pool_id = processes.process_id
    where process_edges.receiver_type = 'order'

    union all

    select
        receiver_key as order_key,
        month,
        'product' as object_level,
        amount
    from {{ ref('int_costing__product_costs_allocated') }}
    where receiver_type = 'order'
),

process_sums as (
    select
        order_key,
        max(month) as last_month,
        sum(amount) filter (where object_level = 'product') as product_processing_amount,
        sum(amount) filter (where object_level = 'order') as order_processing_amount,
        sum(amount) filter (where object_level = 'customer') as customer_processing_amount
    from order_edges
    group by order_key
),

amounts as (
    select
        orders.order_key,
        orders.order_id,
        orders.customer_key,
        orders.customer_id,
        orders.month,
        greatest(
            coalesce(line_sums.last_month, orders.month),
            coalesce(cost_sums.last_month, orders.month),
            coalesce(account_sums.last_month, orders.month),
            coalesce(process_sums.last_month, orders.month)
        ) as last_posting_month,
        {%- for component in order_line_components() %}
        cast(
            case
                when posted_components.is_{{ component }}_posted
                    then coalesce(line_sums.{{ component }}_amount, 0)
                else 0
            end as decimal(18, 2)
        ) as {{ component }}_amount,
        {%- endfor %}
        cast(coalesce(cost_sums.order_cost_amount, 0) as decimal(18, 2)) as order_cost_amount,
        cast(coalesce(account_sums.rebate_amount, 0) as decimal(18, 2)) as rebate_amount,
        cast(coalesce(account_sums.direct_cost_amount, 0) as decimal(18, 2))
            as direct_order_cost_amount,
        cast(coalesce(process_sums.product_processing_amount, 0) as decimal(18, 2))
            as product_processing_amount,
        cast(coalesce(process_sums.order_processing_amount, 0) as decimal(18, 2))
            as order_processing_amount,
        cast(coalesce(process_sums.customer_processing_amount, 0) as decimal(18, 2))
            as customer_processing_amount
    from orders
    cross join posted_components
    left join line_sums on orders.order_key = line_sums.order_key
    left join cost_sums on orders.order_key = cost_sums.order_key
    left join account_sums on orders.order_key = account_sums.order_key
    left join process_sums on orders.order_key = process_sums.order_key
),

subtotals as (
    select
        amounts.*,
        cast(
            gross_sales_amount - discount_amount - rebate_amount - return_amount
            as decimal(18, 2)
        ) as net_revenue_amount,
        cast(
            standard_material_amount + standard_production_amount
            + standard_distribution_amount + customization_amount - restocked_goods_amount
            + order_cost_amount + direct_order_cost_amount
            as decimal(18, 2)
        ) as direct_cost_amount,
        cast(
            product_processing_amount + order_processing_amount + customer_processing_amount
            as decimal(18, 2)
        ) as processing_amount
    from amounts
),

final as (
    select
        subtotals.order_key,
        subtotals.order_id,
        subtotals.customer_key,
        subtotals.customer_id,
        subtotals.month,
        subtotals.last_posting_month,
        {%- for component in order_line_components() %}
        subtotals.{{ component }}_amount,
        {%- endfor %}
        subtotals.rebate_amount,
        subtotals.order_cost_amount,
        subtotals.direct_order_cost_amount,
        subtotals.product_processing_amount,
        subtotals.order_processing_amount,
        subtotals.customer_processing_amount,
        subtotals.net_revenue_amount,
        cast(subtotals.net_revenue_amount - subtotals.direct_cost_amount as decimal(18, 2))
            as contribution_1_amount,
        cast(
            subtotals.net_revenue_amount - subtotals.direct_cost_amount
            - subtotals.processing_amount
            as decimal(18, 2)
        ) as contribution_after_processing_amount,
        settings.value as currency_code
    from subtotals
    cross join settings
)

select * from final
