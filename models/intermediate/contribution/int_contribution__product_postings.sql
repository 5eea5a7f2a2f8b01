-- Grain: one row per month, product and statement line of contribution II: what of the postings
-- names a product, signed by its effect on profit; key 0 holds what names none, so that a month's
-- products sum to the line over all objects. `induced_amount` is the part that processes induce.
--   documents  order lines by their product; order costs that name a line, by that line's
--   accounts   direct lines of the ledger that name a product, whoever owns them
--   processes  of the level product: what was charged to a product and found an owner; what events
--              charged straight to orders and customers, by their quantities of products
-- Orders and customers as such cause the rest: it has no product (method, section 5, Diagram 1).
with

components as (
    select * from {{ ref('int_contribution__components') }}
),

statement_lines as (
    select * from {{ ref('dim_statement_lines') }}
    where is_contribution_2
),

products as (
    select * from {{ ref('dim_products') }}
),

processes as (
    select * from {{ ref('dim_processes') }}
),

process_shares as (
    select * from {{ ref('int_costing__process_shares') }}
),

line_totals as (
    select
        month,
        product_key,
        {{ sums_of_order_line_components() }}
    from {{ ref('int_contribution__order_lines_costed') }}
    group by month, product_key
),

document_components as (
    {{ order_lines_by_component('line_totals', ['month', 'product_key']) }}

    union all

    select
        order_costs.month,
        coalesce(order_lines.product_key, 0) as product_key,
        'order_cost:' || order_costs.cost_type as component,
        order_costs.amount
    from {{ ref('fct_order_costs') }} as order_costs
    left join {{ ref('fct_order_lines') }} as order_lines
        on
            order_costs.order_id = order_lines.order_id
            and order_costs.line_number = order_lines.line_number

    union all

    select
        month,
        cast(0 as bigint) as product_key,
        'cash_discount' as component,
        cash_discount_amount - cash_discount_tax_amount as amount
    from {{ ref('fct_payments') }}
    where cash_discount_amount <> 0
),

named_pools as (
    select
        process_edges.month,
        'process_to_product' as stage,
        'process' as pool_type,
        process_edges.pool_id,
        process_edges.cost_category,
        process_edges.is_cash_effective,
        processes.driver_id,
        cast(sum(process_edges.amount) as decimal(18, 2)) as amount,
        cast(null as decimal(18, 4)) as capacity_weight,
        'product' as unallocated_type,
        '(unassigned)' as unallocated_id,
        cast(0 as bigint) as unallocated_key,
        'no_sales' as unallocated_reason
    from {{ ref('int_costing__processes_allocated') }} as process_edges
    inner join processes on process_edges.pool_id = processes.process_id
    where
        processes.object_level = 'product'
        and process_edges.receiver_type in ('order', 'customer')
    group by
        process_edges.month,
        process_edges.pool_id,
        process_edges.cost_category,
        process_edges.is_cash_effective,
        processes.driver_id
    having sum(process_edges.amount) <> 0
),

named_weights as (
    select
        month,
        process_id as pool_id,
        'product' as receiver_type,
        product_id as receiver_id,
        product_key as receiver_key,
        quantity as weight
    from {{ ref('int_contribution__product_quantities') }}
),

named_edges as (
    {{ allocate('named_pools', 'named_weights') }}
),

named_totals as (
    select
        month,
        pool_id as process_id,
        case when receiver_type = 'product' then receiver_key else 0 end as product_key,
        sum(amount) as amount
    from named_edges
    group by
        month,
        pool_id,
        case when receiver_type = 'product' then receiver_key else 0 end
),

process_costs as (
    select
        month,
        process_id,
        product_key,
        'product_processing' as line_id,
        -amount as amount
    from named_totals

    union all

    select
        product_edges.month,
        product_edges.process_id,
        products.product_key,
        'product_processing' as line_id,
        -sum(product_edges.amount) as amount
    from {{ ref('int_costing__product_costs_allocated') }} as product_edges
    inner join products on product_edges.pool_id = products.product_id
    where product_edges.receiver_type <> 'unassigned'
    group by product_edges.month, product_edges.process_id, products.product_key

    union all

    select
        month,
        source_id as process_id,
        case when object_level = 'product' then object_key else 0 end as product_key,
        line_id,
        profit_amount as amount
    from {{ ref('int_contribution__process_postings') }}
    where line_id <> 'product_processing'
),

postings as (
    select
        document_components.month,
        document_components.product_key,
        components.line_id,
        document_components.amount * components.profit_sign as amount,
        0 as induced_amount
    from document_components
    inner join components on document_components.component = components.component

    union all

    select
        month,
        product_key,
        line_id,
        profit_amount as amount,
        0 as induced_amount
    from {{ ref('int_costing__ledger_lines_classified') }}
    where route in ('direct', 'company', 'unassigned')

    union all

    select
        process_costs.month,
        process_costs.product_key,
        process_costs.line_id,
        process_costs.amount,
        {{ signed_proportion(
            'process_costs.amount',
            'process_shares.induced_amount',
            'process_shares.process_cost_amount'
        ) }} as induced_amount
    from process_costs
    left join process_shares
        on
            process_costs.month = process_shares.month
            and process_costs.process_id = process_shares.process_id
),

final as (
    select
        postings.month,
        postings.product_key,
        postings.line_id,
        cast(sum(postings.amount) as decimal(18, 2)) as amount,
        cast(sum(postings.induced_amount) as decimal(18, 2)) as induced_amount
    from postings
    inner join statement_lines on postings.line_id = statement_lines.line_id
    group by postings.month, postings.product_key, postings.line_id
    having sum(postings.amount) <> 0 or sum(postings.induced_amount) <> 0
)

select * from final
