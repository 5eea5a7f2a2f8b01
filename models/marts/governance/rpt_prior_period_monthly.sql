-- Grain: one row per month of reporting, month of origin, kind of source and source: what came
-- after its month was closed and stands in a later one, signed by its effect on profit (method,
-- section 9). `account`: ledger entries on revenue and expense accounts; `component`: documents, by
-- the component that they control; `driver`: events, as a quantity. Ledger and documents tell the
-- same cost twice: one kind of source is read at a time.
with

late_entries as (
    select * from {{ ref('fct_ledger_entries') }}
    where is_prior_period
),

late_lines as (
    select * from {{ ref('fct_order_lines') }}
    where is_prior_period
),

costed_lines as (
    select * from {{ ref('int_contribution__order_lines_costed') }}
),

late_costs as (
    select * from {{ ref('fct_order_costs') }}
    where is_prior_period
),

late_payments as (
    select * from {{ ref('fct_payments') }}
    where
        is_prior_period
        and cash_discount_amount <> 0
),

late_events as (
    select * from {{ ref('fct_activity_events') }}
    where is_prior_period
),

accounts as (
    select * from {{ ref('dim_ledger_accounts') }}
    where is_profit_and_loss
),

components as (
    select * from {{ ref('int_contribution__components') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

late_costed_lines as (
    select
        {%- for component in order_line_components() %}
        costed_lines.{{ component }}_amount,
        {%- endfor %}
        late_lines.month,
        late_lines.economic_month
    from late_lines
    inner join costed_lines
        on
            late_lines.order_id = costed_lines.order_id
            and late_lines.line_number = costed_lines.line_number
),

late_components as (
    {{ order_lines_by_component('late_costed_lines', ['month', 'economic_month']) }}

    union all

    select
        month,
        economic_month,
        'order_cost:' || cost_type as component,
        amount
    from late_costs

    union all

    select
        month,
        economic_month,
        'cash_discount' as component,
        cash_discount_amount - cash_discount_tax_amount as amount
    from late_payments
),

late_rows as (
    select
        late_entries.month,
        late_entries.economic_month,
        'account' as source_type,
        late_entries.account_id as source_id,
        -late_entries.amount as amount,
        cast(null as decimal(18, 4)) as quantity
    from late_entries
    inner join accounts on late_entries.account_id = accounts.account_id

    union all

    select
        late_components.month,
        late_components.economic_month,
        'component' as source_type,
        late_components.component as source_id,
        late_components.amount * components.profit_sign as amount,
        cast(null as decimal(18, 4)) as quantity
    from late_components
    inner join components on late_components.component = components.component

    union all

    select
        month,
        economic_month,
        'driver' as source_type,
        driver_id as source_id,
        cast(null as decimal(18, 2)) as amount,
        driver_quantity as quantity
    from late_events
),

final as (
    select
        late_rows.month,
        late_rows.economic_month,
        late_rows.source_type,
        late_rows.source_id,
        count(*) as row_count,
        cast(sum(late_rows.amount) as decimal(18, 2)) as amount,
        cast(sum(late_rows.quantity) as decimal(18, 4)) as quantity,
        max(settings.value) as currency_code
    from late_rows
    cross join settings
    group by
        late_rows.month,
        late_rows.economic_month,
        late_rows.source_type,
        late_rows.source_id
)

select * from final
