-- A chain of merges ends at a customer that lives on, within eight merges. One that leads back or
-- goes on is named with each merged customer on it.
select distinct merged_customer_id
from {{ ref('dim_customer_merges') }}
where is_open
