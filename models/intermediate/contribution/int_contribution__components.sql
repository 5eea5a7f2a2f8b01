-- Grain: one row per control component that an account of the company is controlled by, with the
-- statement line that it feeds: the line of its own name, or, for `order_cost:<type>`, order_cost.
with

accounts as (
    select *
    from {{ ref('dim_ledger_accounts') }}
    where
        is_profit_and_loss
        and cost_nature = 'controlled'
),

statement_lines as (
    select * from {{ ref('dim_statement_lines') }}
),

declared_components as (
    select distinct
        control_component as component,
        case
            when control_component like 'order_cost:%' then 'order_cost'
            else control_component
        end as line_id
    from accounts
),

final as (
    select
        declared_components.component,
        declared_components.line_id,
        statement_lines.profit_sign,
        declared_components.component in (
            {%- for component in standard_cost_components() %}
            '{{ component }}'{{ "," if not loop.last }}
            {%- endfor %}
        ) as is_standard_cost
    from declared_components
    inner join statement_lines on declared_components.line_id = statement_lines.line_id
)

select * from final
