-- A chain of parents ends at a customer without one within eight steps. A chain that leads back or
-- goes on is named with each customer on it; roll-ups leave these on their own.
select customer_id
from {{ ref('int_contribution__customer_parents') }}
where is_open
