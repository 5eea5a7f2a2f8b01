-- What vanishes within a horizon less what remains is the customer's contribution II of the month,
-- whatever the horizon.
select
    coalesce(statements.customer_key, horizons.customer_key) as customer_key,
    coalesce(statements.month, horizons.month) as month,
    max(statements.contribution_2_amount) as contribution_2_amount,
    count(horizons.horizon_months) as horizon_count
from {{ ref('fct_customer_contribution_monthly') }} as statements
full outer join {{ ref('rpt_contribution_horizons_monthly') }} as horizons
    on
        statements.customer_key = horizons.customer_key
        and statements.month = horizons.month
group by
    coalesce(statements.customer_key, horizons.customer_key),
    coalesce(statements.month, horizons.month)
having
    count(statements.month) <> 3
    or count(horizons.horizon_months) <> 3
    or max(
        abs(
            horizons.vanishing_contribution_amount - horizons.remaining_cost_amount
            - statements.contribution_2_amount
        )
    ) <> 0
