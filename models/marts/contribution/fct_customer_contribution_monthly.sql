-- Grain: one row per customer and month with a posting: the customer's statement in columns
-- (Diagram 3), each positive in its normal direction. A view over the sparse lines (method,
-- section 5).
{{ config(materialized='view') }}

with

contribution_lines as (
    select * from {{ ref('fct_contribution_lines_monthly') }}
    where object_level = 'customer'
),

statement_lines as (
    select * from {{ ref('dim_statement_lines') }}
),

final as (
    select
        contribution_lines.object_key as customer_key,
        contribution_lines.object_id as customer_id,
        contribution_lines.month,
        {{ statement_in_columns('contribution_lines', 'statement_lines') }},
        max(contribution_lines.currency_code) as currency_code
    from contribution_lines
    inner join statement_lines on contribution_lines.line_id = statement_lines.line_id
    group by
        contribution_lines.object_key,
        contribution_lines.object_id,
        contribution_lines.month
)

select * from final
