-- The bridge (method, section 8): for each customer, and for the company as the sum of its
-- customers, the parts of all causes are the difference between what was posted as contribution II
-- in the period and in its base period, to the cent. A comparison of which no part is left must
-- have no difference either. Months of the year before are compared for the company alone.
with

pairs as (
    select distinct
        comparison_id,
        period_id,
        period_from,
        period_to,
        base_from,
        base_to
    from {{ ref('int_contribution__bridges') }}
),

posted as (
    select
        contribution_lines.object_key,
        contribution_lines.month,
        sum(contribution_lines.amount) as amount
    from {{ ref('fct_contribution_lines_monthly') }} as contribution_lines
    inner join {{ ref('dim_statement_lines') }} as statement_lines
        on contribution_lines.line_id = statement_lines.line_id
    where
        contribution_lines.object_level = 'customer'
        and statement_lines.is_contribution_2
    group by contribution_lines.object_key, contribution_lines.month
),

pair_months as (
    select
        pairs.comparison_id,
        pairs.period_id,
        months.month,
        months.month between pairs.period_from and pairs.period_to as is_in_period
    from pairs
    inner join {{ ref('dim_months') }} as months
        on
            months.month between pairs.period_from and pairs.period_to
            or months.month between pairs.base_from and pairs.base_to
),

customer_differences as (
    select
        pair_months.comparison_id,
        pair_months.period_id,
        posted.object_key,
        sum(case when pair_months.is_in_period then posted.amount else -posted.amount end) as amount
    from posted
    inner join pair_months on posted.month = pair_months.month
    group by pair_months.comparison_id, pair_months.period_id, posted.object_key
),

differences as (
    select
        'customer' as object_level,
        comparison_id,
        period_id,
        cast(object_key as string) as of_what,
        amount
    from customer_differences
    where
        amount <> 0
        and comparison_id <> 'prior_year_month'

    union all

    select
        'company' as object_level,
        comparison_id,
        period_id,
        'company' as of_what,
        sum(amount) as amount
    from customer_differences
    group by comparison_id, period_id
    having sum(amount) <> 0
),

explained as (
    select
        object_level,
        comparison_id,
        period_id,
        case object_level when 'customer' then cast(object_key as string) else 'company' end
            as of_what,
        sum(amount) as amount,
        max(contribution_2_amount - base_contribution_2_amount) as stated_amount
    from {{ ref('rpt_contribution_bridge') }}
    group by
        object_level,
        comparison_id,
        period_id,
        case object_level when 'customer' then cast(object_key as string) else 'company' end
)

select
    coalesce(differences.object_level, explained.object_level) as object_level,
    coalesce(differences.comparison_id, explained.comparison_id) as comparison_id,
    coalesce(differences.period_id, explained.period_id) as period_id,
    coalesce(differences.of_what, explained.of_what) as of_what
from differences
full outer join explained
    on
        differences.object_level = explained.object_level
        and differences.comparison_id = explained.comparison_id
        and differences.period_id = explained.period_id
        and differences.of_what = explained.of_what
where
    coalesce(differences.amount, 0) <> coalesce(explained.amount, 0)
    or explained.amount <> explained.stated_amount
