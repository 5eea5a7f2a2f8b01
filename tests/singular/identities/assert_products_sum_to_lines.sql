-- The products of a month, with what names none, sum to the statement lines of contribution II over
-- all objects, line by line and to the cent; and so does their contribution II in columns.
with

contribution_lines as (
    select lines.month, lines.line_id, lines.amount
    from {{ ref('fct_contribution_lines_monthly') }} as lines
    inner join {{ ref('dim_statement_lines') }} as statement_lines
        on lines.line_id = statement_lines.line_id
    where statement_lines.is_contribution_2
),

posted as (
    select month, line_id, sum(amount) as amount
    from contribution_lines
    group by month, line_id

    union all

    select month, 'contribution_2' as line_id, sum(amount) as amount
    from contribution_lines
    group by month
),

of_products as (
    select month, line_id, sum(amount) as amount
    from {{ ref('int_contribution__product_postings') }}
    group by month, line_id

    union all

    select month, 'contribution_2' as line_id, sum(contribution_2_amount) as amount
    from {{ ref('fct_product_contribution_monthly') }}
    group by month
)

select
    coalesce(posted.month, of_products.month) as month,
    coalesce(posted.line_id, of_products.line_id) as line_id,
    posted.amount as posted_amount,
    of_products.amount as product_amount
from posted
full outer join of_products
    on
        posted.month = of_products.month
        and posted.line_id = of_products.line_id
where coalesce(posted.amount, 0) <> coalesce(of_products.amount, 0)
