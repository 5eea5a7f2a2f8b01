-- Grain: one row per customer, month and line of the customer cash flow (sparse: no zeros), signed
-- by its effect on cash. A subtotal is the sum of all lines above it; whoever adds lines leaves the
-- subtotals out (method, section 6, Diagram 4).
with

cash_flow_lines as (
    select * from {{ ref('cash_flow_lines') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

flows as (
    select
        postings.object_key as customer_key,
        postings.month,
        postings.line_id,
        postings.amount,
        cash_flow_lines.sort_order
    from {{ ref('int_cash_flow__postings') }} as postings
    inner join cash_flow_lines on postings.line_id = cash_flow_lines.line_id
    where postings.object_level = 'customer'
),

statement as (
    select
        customer_key,
        month,
        line_id,
        false as is_subtotal,
        amount
    from flows

    union all

    select
        flows.customer_key,
        flows.month,
        subtotals.line_id,
        true as is_subtotal,
        sum(flows.amount) as amount
    from flows
    inner join cash_flow_lines as subtotals on flows.sort_order < subtotals.sort_order
    where subtotals.sign is null
    group by flows.customer_key, flows.month, subtotals.line_id
    having sum(flows.amount) <> 0
),

final as (
    select
        statement.customer_key,
        customers.customer_id,
        statement.month,
        statement.line_id,
        cash_flow_lines.line_name,
        cash_flow_lines.sort_order,
        statement.is_subtotal,
        cast(statement.amount as decimal(18, 2)) as amount,
        settings.value as currency_code
    from statement
    cross join settings
    inner join customers on statement.customer_key = customers.customer_key
    inner join cash_flow_lines on statement.line_id = cash_flow_lines.line_id
)

select * from final
