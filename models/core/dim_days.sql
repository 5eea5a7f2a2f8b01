-- Grain: one row per day of the months of books and plans, with its month and its place in the
-- fiscal calendar: the time spine of the semantic layer, which wants days although metrics are
-- monthly. A view over `dim_fiscal_months`.
{{ config(materialized='view') }}

with

months as (
    select * from {{ ref('dim_fiscal_months') }}
),

offsets as (
    select cast(numbers.id as integer) as day_offset from {{ numbers_below(31) }}
),

final as (
    select
        {{ add_days('months.month', 'offsets.day_offset') }} as day_on,
        months.month,
        months.fiscal_year,
        months.fiscal_quarter,
        months.fiscal_period
    from months
    cross join offsets
    where {{ add_days('months.month', 'offsets.day_offset') }} <= months.month_end
)

select * from final
