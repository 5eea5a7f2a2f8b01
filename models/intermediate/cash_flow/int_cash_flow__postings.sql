-- Grain: one row per month, object (level, key) and line of the cash flow that is no subtotal,
-- signed by its effect on cash: what is posted to the lines of contribution II, by kind of cost;
-- what of it is not paid, added back; and payments that win or keep a customer for longer than a
-- month (method, section 6). `cash_flow_sources` says which line takes what: that of the cost
-- category, else the one without a category.
with

components as (
    select * from {{ ref('int_contribution__components') }}
),

postings as (
    select
        owner_components.month,
        owner_components.object_level,
        owner_components.object_key,
        owner_components.line_id,
        components.cost_category,
        components.is_cash_effective,
        owner_components.profit_amount
    from {{ ref('int_contribution__owner_components') }} as owner_components
    inner join components on owner_components.component = components.component

    union all

    select
        month,
        object_level,
        object_key,
        line_id,
        cost_category,
        is_cash_effective,
        profit_amount
    from {{ ref('int_costing__ledger_lines_classified') }}
    where route = 'direct'

    union all

    select
        month,
        object_level,
        object_key,
        line_id,
        cost_category,
        is_cash_effective,
        -amount as profit_amount
    from {{ ref('int_contribution__process_charges') }}
),

sources as (
    select * from {{ ref('cash_flow_sources') }}
),

lines_of_postings as (
    select
        postings.month,
        postings.object_level,
        postings.object_key,
        postings.is_cash_effective,
        postings.profit_amount,
        coalesce(of_category.line_id, of_line.line_id) as line_id,
        coalesce(of_category.noncash_line_id, of_line.noncash_line_id) as noncash_line_id
    from postings
    inner join sources as of_line
        on
            postings.line_id = of_line.statement_line_id
            and of_line.cost_category is null
    left join sources as of_category
        on
            postings.line_id = of_category.statement_line_id
            and postings.cost_category = of_category.cost_category
),

flows as (
    select
        month,
        object_level,
        object_key,
        line_id,
        profit_amount as amount
    from lines_of_postings

    union all

    select
        month,
        object_level,
        object_key,
        noncash_line_id as line_id,
        -profit_amount as amount
    from lines_of_postings
    where
        not is_cash_effective
        and noncash_line_id is not null

    union all

    select
        month,
        case when customer_key <> 0 then 'customer' else 'unassigned' end as object_level,
        case
            when customer_key <> 0 then customer_key
            else {{ key_of("'unknown_customer'") }}
        end as object_key,
        'investments' as line_id,
        -amount as amount
    from {{ ref('fct_customer_investments') }}
),

final as (
    select
        month,
        object_level,
        object_key,
        line_id,
        cast(sum(amount) as decimal(18, 2)) as amount
    from flows
    group by month, object_level, object_key, line_id
    having sum(amount) <> 0
)

select * from final
