-- Each segmentation sums to the company's result of each month, to the cent (method, section 8).
with

company_results as (
    select
        schemes.tag_scheme as segmentation,
        results.month,
        sum(results.amount) as amount
    from {{ ref('rpt_company_result_monthly') }} as results
    cross join {{ ref('dim_tag_schemes') }} as schemes
    where schemes.is_exclusive
    group by schemes.tag_scheme, results.month
    having sum(results.amount) <> 0
),

segment_results as (
    select segmentation, month, sum(amount) as amount
    from {{ ref('rpt_segment_income_statement_monthly') }}
    group by segmentation, month
    having sum(amount) <> 0
)

select
    coalesce(company_results.segmentation, segment_results.segmentation) as segmentation,
    coalesce(company_results.month, segment_results.month) as month,
    company_results.amount as company_amount,
    segment_results.amount as segment_amount
from company_results
full outer join segment_results
    on
        company_results.segmentation = segment_results.segmentation
        and company_results.month = segment_results.month
where
    company_results.month is null
    or segment_results.month is null
    or company_results.amount <> segment_results.amount
