-- Each journal entry sums to zero. Landing stops on this for plain extracts; here it holds for
-- every adapter.
select entry_id, sum(amount) as difference_amount
from {{ ref('fct_ledger_entries') }}
group by entry_id
having sum(amount) <> 0
