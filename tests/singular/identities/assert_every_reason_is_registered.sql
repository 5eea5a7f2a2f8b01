-- Every reason that a figure carries has a description and a remedy in the register.
with

reasons_used as (
    select distinct reason as reason_id from {{ ref('fct_cost_assignments') }}
    where reason is not null
    union
    select distinct reason_id from {{ ref('rpt_unassigned_monthly') }}
    union
    select distinct reason_id from {{ ref('rpt_rejected_rows') }}
    union
    select distinct variance_kind as reason_id from {{ ref('rpt_variances_monthly') }}
)

select reasons_used.reason_id
from reasons_used
where not exists (
    select 1
    from {{ ref('reasons') }} as reasons
    where reasons.reason_id = reasons_used.reason_id
)
