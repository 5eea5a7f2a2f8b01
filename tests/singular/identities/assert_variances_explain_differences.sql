-- For each component and month with a variance: ledger - documents = variances of all kinds + what
-- is unassigned for want of a standard cost; for a process, its cost - what it charged, unused
-- capacity included.
select
    month,
    source_type,
    source_id,
    max(ledger_amount) - max(subledger_amount) as difference_amount,
    sum(amount) + max(unassigned_amount) as explained_amount
from {{ ref('rpt_variances_monthly') }}
group by month, source_type, source_id
having
    max(ledger_amount) - max(subledger_amount)
    is distinct from sum(amount) + max(unassigned_amount)
