-- Grain: one row per customer and month of its relationship, silent ones too, from its acquisition
-- or first posting, within the books, to the end of the ledger or to its merge: how long it has
-- lasted, when the customer last ordered (pure returns aside), how net revenue of the twelve months
-- compares with that of the twelve before, and the phase: the first rule that fits, by sort order;
-- empty bounds do not limit, bounds belong to the phase (method, section 5). Growth is empty where
-- the books or the relationship do not hold both years or the earlier one brought no net revenue.
with

postings as (
    select
        contribution_lines.object_key as customer_key,
        contribution_lines.month,
        sum(contribution_lines.amount) filter (where statement_lines.is_net_revenue)
            as net_revenue_amount
    from {{ ref('fct_contribution_lines_monthly') }} as contribution_lines
    inner join {{ ref('dim_statement_lines') }} as statement_lines
        on contribution_lines.line_id = statement_lines.line_id
    where contribution_lines.object_level = 'customer'
    group by contribution_lines.object_key, contribution_lines.month
),

order_months as (
    select
        customer_key,
        month,
        max(case when is_pure_return then null else month end) as ordered_month
    from {{ ref('fct_orders') }}
    where customer_key <> 0
    group by customer_key, month
),

customers as (
    select * from {{ ref('dim_customers') }}
),

ledger as (
    select max(month) as last_month from {{ ref('fct_ledger_entries') }}
),

books as (
    select
        min(months.month) as first_month,
        max(ledger.last_month) as last_month
    from {{ ref('dim_months') }} as months
    cross join ledger
),

phases as (
    select
        relationship_phases.*,
        row_number() over (order by sort_order, phase) as place
    from {{ ref('relationship_phases') }} as relationship_phases
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

active_months as (
    select
        coalesce(postings.customer_key, order_months.customer_key) as customer_key,
        coalesce(postings.month, order_months.month) as month,
        order_months.ordered_month,
        cast(coalesce(postings.net_revenue_amount, 0) as decimal(18, 2)) as net_revenue_amount
    from postings
    full outer join order_months
        on
            postings.customer_key = order_months.customer_key
            and postings.month = order_months.month
),

first_months as (
    select
        customer_key,
        min(month) as month
    from active_months
    group by customer_key
),

spans as (
    select
        customers.customer_key,
        customers.merged_on,
        least(first_months.month, customers.acquired_month) as first_month
    from customers
    left join first_months on customers.customer_key = first_months.customer_key
    where customers.customer_key <> 0
),

relationship_months as (
    select
        spans.customer_key,
        months.month
    from spans
    cross join books
    inner join {{ ref('dim_months') }} as months
        on
            spans.first_month <= months.month
            and books.last_month >= months.month
            and coalesce(spans.merged_on > months.month_end, true)
),

customer_months as (
    select
        coalesce(active_months.customer_key, relationship_months.customer_key) as customer_key,
        coalesce(active_months.month, relationship_months.month) as month,
        active_months.ordered_month,
        coalesce(active_months.net_revenue_amount, 0) as net_revenue_amount
    from active_months
    full outer join relationship_months
        on
            active_months.customer_key = relationship_months.customer_key
            and active_months.month = relationship_months.month
),

numbered_months as (
    select
        customer_months.*,
        {{ months_between("cast('0001-01-01' as date)", 'month') }} as month_number
    from customer_months
),

rolling as (
    select
        customer_key,
        month,
        max(ordered_month) over (
            partition by customer_key
            order by month_number
            rows between unbounded preceding and current row
        ) as last_ordered_month,
        cast(sum(net_revenue_amount) over (
            partition by customer_key
            order by month_number
            range between 11 preceding and current row
        ) as decimal(18, 2)) as net_revenue_12_months_amount,
        cast(coalesce(sum(net_revenue_amount) over (
            partition by customer_key
            order by month_number
            range between 23 preceding and 12 preceding
        ), 0) as decimal(18, 2)) as earlier_net_revenue_12_months_amount
    from numbered_months
),

measured as (
    select
        rolling.customer_key,
        customers.customer_id,
        rolling.month,
        {{ months_between('customers.acquired_month', 'rolling.month') }}
            as months_since_acquisition,
        {{ months_between('rolling.last_ordered_month', 'rolling.month') }}
            as months_since_last_order,
        rolling.net_revenue_12_months_amount,
        rolling.earlier_net_revenue_12_months_amount,
        case
            when
                {{ months_between('books.first_month', 'rolling.month') }} >= 23
                and {{ months_between('customers.acquired_month', 'rolling.month') }} >= 23
                and rolling.earlier_net_revenue_12_months_amount > 0
                then {{ ratio(
                    'rolling.net_revenue_12_months_amount'
                    ~ ' - rolling.earlier_net_revenue_12_months_amount',
                    'rolling.earlier_net_revenue_12_months_amount'
                ) }}
        end as growth_share,
        coalesce(rolling.month <= books.last_month, false) as is_actual
    from rolling
    cross join books
    inner join customers on rolling.customer_key = customers.customer_key
),

fitting_phases as (
    select
        measured.customer_key,
        measured.month,
        min_by(phases.phase, phases.place) as phase
    from measured
    inner join phases
        on
            (
                phases.months_since_acquisition_from is null
                or measured.months_since_acquisition >= phases.months_since_acquisition_from
            )
            and (
                phases.months_since_acquisition_to is null
                or measured.months_since_acquisition <= phases.months_since_acquisition_to
            )
            and (
                phases.months_since_last_order_from is null
                or measured.months_since_last_order >= phases.months_since_last_order_from
            )
            and (
                phases.months_since_last_order_to is null
                or measured.months_since_last_order <= phases.months_since_last_order_to
            )
            and (phases.growth_from is null or measured.growth_share >= phases.growth_from)
            and (phases.growth_to is null or measured.growth_share <= phases.growth_to)
    group by measured.customer_key, measured.month
),

final as (
    select
        measured.customer_key,
        measured.customer_id,
        measured.month,
        cast(measured.months_since_acquisition as integer) as months_since_acquisition,
        cast(measured.months_since_last_order as integer) as months_since_last_order,
        measured.net_revenue_12_months_amount,
        measured.earlier_net_revenue_12_months_amount,
        measured.growth_share,
        fitting_phases.phase,
        measured.is_actual,
        settings.value as currency_code
    from measured
    cross join settings
    left join fitting_phases
        on
            measured.customer_key = fitting_phases.customer_key
            and measured.month = fitting_phases.month
)

select * from final
