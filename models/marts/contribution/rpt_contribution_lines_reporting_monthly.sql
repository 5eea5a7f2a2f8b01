-- Grain: one row per object level, object, month and statement line: the lines of all objects in
-- the reporting currency. Costing runs in functional currency; each line is then divided by the
-- month's rate and rounded once. The month's result is translated once too, and what the lines
-- differ from it stands on the company's line `rounding` (method, section 1). A view.
{{ config(materialized='view') }}

with

contribution_lines as (
    select * from {{ ref('fct_contribution_lines_monthly') }}
),

rates as (
    select * from {{ ref('int_contribution__reporting_rates') }}
),

translated as (
    select
        contribution_lines.object_level,
        contribution_lines.object_key,
        contribution_lines.object_id,
        contribution_lines.month,
        contribution_lines.line_id,
        contribution_lines.amount,
        case
            when rates.rate = 1 then contribution_lines.amount
            else {{ proportion('contribution_lines.amount', '1', 'rates.rate', scale=12) }}
        end as reporting_amount,
        rates.rate,
        rates.reporting_currency
    from contribution_lines
    inner join rates on contribution_lines.month = rates.month
),

month_totals as (
    select
        month,
        cast(sum(amount) as decimal(18, 2)) as amount,
        cast(sum(reporting_amount) as decimal(18, 2)) as reporting_amount,
        max(rate) as rate,
        max(reporting_currency) as reporting_currency
    from translated
    group by month
),

all_lines as (
    select
        object_level,
        object_key,
        object_id,
        month,
        line_id,
        reporting_amount,
        reporting_currency
    from translated

    union all

    select
        'company' as object_level,
        {{ key_of("'company'") }} as object_key,
        'company' as object_id,
        month,
        'rounding' as line_id,
        {{ proportion('amount', '1', 'rate', scale=12) }} - reporting_amount as reporting_amount,
        reporting_currency
    from month_totals
),

final as (
    select
        object_level,
        object_key,
        object_id,
        month,
        line_id,
        cast(sum(reporting_amount) as decimal(18, 2)) as amount,
        max(reporting_currency) as currency_code
    from all_lines
    group by object_level, object_key, object_id, month, line_id
    having sum(reporting_amount) <> 0
)

select * from final
