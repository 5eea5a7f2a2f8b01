-- Groups of customers are the customers over again: month by month their contribution II is that of
-- all customers.
with

of_parents as (
    select month, sum(contribution_2_amount) as amount, sum(customer_count) as customer_count
    from {{ ref('rpt_parent_contribution_monthly') }}
    group by month
),

of_customers as (
    select month, sum(contribution_2_amount) as amount, count(*) as customer_count
    from {{ ref('fct_customer_contribution_monthly') }}
    group by month
)

select
    coalesce(of_parents.month, of_customers.month) as month,
    of_parents.amount as parent_amount,
    of_customers.amount as customer_amount
from of_parents
full outer join of_customers on of_parents.month = of_customers.month
where
    of_parents.month is null
    or of_customers.month is null
    or of_parents.amount <> of_customers.amount
    or of_parents.customer_count <> of_customers.customer_count
