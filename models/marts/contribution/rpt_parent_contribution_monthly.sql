-- Grain: one row per parent customer and month: the statements of a group of customers together,
-- each rolled up to the top of its chain of parents as it is today; a customer without a parent is
-- a group of one. Parents stand outside the identity: this adds nothing to it, and the groups of a
-- month sum to its customers (method, section 9). A view.
{{ config(materialized='view') }}

with

statements as (
    select * from {{ ref('fct_customer_contribution_monthly') }}
),

parents as (
    select * from {{ ref('int_contribution__customer_parents') }}
),

final as (
    select
        parents.top_customer_key as parent_customer_key,
        parents.top_customer_id as parent_customer_id,
        statements.month,
        count(*) as customer_count,
        {%- for column in [
            'gross_sales', 'net_revenue', 'contribution_1', 'contribution_2'
        ] %}
        cast(sum(statements.{{ column }}_amount) as decimal(18, 2)) as {{ column }}_amount,
        {%- endfor %}
        max(statements.currency_code) as currency_code
    from statements
    inner join parents on statements.customer_key = parents.customer_key
    group by parents.top_customer_key, parents.top_customer_id, statements.month
)

select * from final
