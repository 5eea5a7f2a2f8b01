-- Every posting belongs to an object of the dimensions: a customer, a product, an order, a segment,
-- the company, its capacity, or a reason of the register.
select object_level, object_key, month, line_id, amount
from {{ ref('fct_contribution_lines_monthly') }}
where object_id = '(unknown)'
