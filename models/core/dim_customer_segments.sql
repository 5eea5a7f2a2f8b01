-- Grain: one row per segmentation (exclusive tag scheme) and customer. The membership on the last
-- day of the ledger's last month: the as-is view, for planning and for comparing years of the
-- same customers (method, section 8); lines recognised ahead are not today. Every customer has a
-- row, without a membership `unassigned`. A merged one keeps its own segment, since what it
-- contributed stays with it, and is marked: it is no customer of today.
with

customers as (
    select * from {{ ref('dim_customers') }}
),

schemes as (
    select * from {{ ref('dim_tag_schemes') }}
),

customer_tags as (
    select * from {{ ref('fct_customer_tags') }}
),

ledger as (
    select max(month) as last_month from {{ ref('fct_ledger_entries') }}
),

last_month as (
    select max(months.month_end) as month_end
    from {{ ref('dim_months') }} as months
    cross join ledger
    where months.month <= coalesce(ledger.last_month, months.month)
),

current_tags as (
    select
        customer_tags.customer_key,
        customer_tags.tag_scheme,
        customer_tags.segment_id
    from customer_tags
    cross join last_month
    where
        customer_tags.valid_from <= last_month.month_end
        and (customer_tags.valid_to is null or customer_tags.valid_to > last_month.month_end)
),

final as (
    select
        schemes.tag_scheme as segmentation,
        customers.customer_key,
        customers.customer_id,
        coalesce(current_tags.segment_id, 'unassigned') as current_segment_id,
        coalesce(customers.merged_on <= last_month.month_end, false) as is_merged
    from customers
    cross join schemes
    cross join last_month
    left join current_tags
        on
            customers.customer_key = current_tags.customer_key
            and schemes.tag_scheme = current_tags.tag_scheme
    where schemes.is_exclusive
)

select * from final
