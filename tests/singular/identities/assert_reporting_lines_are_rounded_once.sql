-- In the reporting currency each line, and each month's result, lies within half a cent of what it
-- is in functional currency at the month's rate. The company's line `rounding` takes what the lines
-- lack, so it is held with the month and not by itself.
with

functional_lines as (
    select object_level, object_key, month, line_id, amount
    from {{ ref('fct_contribution_lines_monthly') }}
),

reporting_lines as (
    select object_level, object_key, month, line_id, amount
    from {{ ref('rpt_contribution_lines_reporting_monthly') }}
),

lines as (
    select
        coalesce(functional_lines.month, reporting_lines.month) as month,
        coalesce(functional_lines.line_id, reporting_lines.line_id) as line_id,
        coalesce(functional_lines.amount, 0) as amount,
        coalesce(reporting_lines.amount, 0) as reporting_amount
    from functional_lines
    full outer join reporting_lines
        on
            functional_lines.object_level = reporting_lines.object_level
            and functional_lines.object_key = reporting_lines.object_key
            and functional_lines.month = reporting_lines.month
            and functional_lines.line_id = reporting_lines.line_id
),

compared as (
    select month, line_id, amount, reporting_amount
    from lines
    where line_id <> 'rounding'

    union all

    select
        month,
        'company_result' as line_id,
        sum(amount) as amount,
        sum(reporting_amount) as reporting_amount
    from lines
    group by month
)

select compared.month, compared.line_id, compared.amount, compared.reporting_amount, rates.rate
from compared
left join {{ ref('int_contribution__reporting_rates') }} as rates on compared.month = rates.month
where
    rates.rate is null
    or abs(
        cast(compared.reporting_amount as decimal(17, 2)) * cast(rates.rate as decimal(20, 12))
        - cast(compared.amount as decimal(17, 2))
    ) > cast(0.005 as decimal(4, 3)) * cast(rates.rate as decimal(20, 12))
