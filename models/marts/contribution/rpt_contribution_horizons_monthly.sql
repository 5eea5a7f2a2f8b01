-- Grain: one row per customer, month and horizon of 3, 12 and 36 months: what would vanish within
-- the horizon if the customer left. Vanishing at once: net revenue and the costs that documents
-- carry (standard cost, adaptation, order costs). Within the horizon: direct costs on accounts with
-- `avoidable_within_months` up to it, and of the costs of each process the share that its month can
-- avoid, rounded once per customer, month and process. What stays is the company's to carry on
-- (method, section 5).

{%- set horizons = avoidability_horizons() %}
with

postings as (
    select * from {{ ref('int_contribution__postings') }}
    where object_level = 'customer'
),

statement_lines as (
    select * from {{ ref('dim_statement_lines') }}
    where is_contribution_2
),

accounts as (
    select * from {{ ref('dim_ledger_accounts') }}
),

process_shares as (
    select * from {{ ref('int_costing__process_shares') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

amounts as (
    select
        postings.object_key as customer_key,
        postings.month,
        case when statement_lines.is_net_revenue then postings.amount else 0 end
            as net_revenue_amount,
        case
            when postings.source_type = 'component' and not statement_lines.is_net_revenue
                then -postings.amount
            else 0
        end as variable_cost_amount,
        case
            when postings.source_type = 'account' and not statement_lines.is_net_revenue
                then -postings.amount
            else 0
        end as direct_cost_amount,
        {%- for horizon in horizons %}
        case
            when
                postings.source_type = 'account'
                and not statement_lines.is_net_revenue
                and accounts.avoidable_within_months <= {{ horizon }}
                then -postings.amount
            else 0
        end as avoidable_direct_cost_{{ horizon }}_amount,
        case
            when postings.source_type = 'process'
                then -{{ signed_proportion(
                    'postings.amount',
                    'process_shares.avoidable_' ~ horizon ~ '_amount',
                    'process_shares.process_cost_amount'
                ) }}
            else 0
        end as avoidable_processing_{{ horizon }}_amount,
        {%- endfor %}
        case when postings.source_type = 'process' then -postings.amount else 0 end
            as processing_amount
    from postings
    inner join statement_lines on postings.line_id = statement_lines.line_id
    left join accounts on postings.source_id = accounts.account_id
    left join process_shares
        on
            postings.month = process_shares.month
            and postings.source_id = process_shares.process_id
),

customer_totals as (
    select
        customer_key,
        month,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(variable_cost_amount) as variable_cost_amount,
        sum(direct_cost_amount) as direct_cost_amount,
        {%- for horizon in horizons %}
        sum(avoidable_direct_cost_{{ horizon }}_amount)
            as avoidable_direct_cost_{{ horizon }}_amount,
        sum(avoidable_processing_{{ horizon }}_amount)
            as avoidable_processing_{{ horizon }}_amount,
        {%- endfor %}
        sum(processing_amount) as processing_amount
    from amounts
    group by customer_key, month
),

horizons as (
    {%- for horizon in horizons %}
    select {{ horizon }} as horizon_months
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

chosen as (
    select
        customer_totals.customer_key,
        customer_totals.month,
        horizons.horizon_months,
        customer_totals.net_revenue_amount,
        customer_totals.variable_cost_amount,
        customer_totals.direct_cost_amount,
        customer_totals.processing_amount,
        case horizons.horizon_months
            {%- for horizon in horizons %}
            when {{ horizon }} then customer_totals.avoidable_direct_cost_{{ horizon }}_amount
            {%- endfor %}
        end as avoidable_direct_cost_amount,
        case horizons.horizon_months
            {%- for horizon in horizons %}
            when {{ horizon }} then customer_totals.avoidable_processing_{{ horizon }}_amount
            {%- endfor %}
        end as avoidable_processing_amount
    from customer_totals
    cross join horizons
),

final as (
    select
        chosen.customer_key,
        customers.customer_id,
        chosen.month,
        chosen.horizon_months,
        cast(chosen.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(chosen.variable_cost_amount as decimal(18, 2)) as variable_cost_amount,
        cast(chosen.avoidable_direct_cost_amount as decimal(18, 2))
            as avoidable_direct_cost_amount,
        cast(chosen.avoidable_processing_amount as decimal(18, 2)) as avoidable_processing_amount,
        cast(
            chosen.net_revenue_amount - chosen.variable_cost_amount
            - chosen.avoidable_direct_cost_amount - chosen.avoidable_processing_amount
            as decimal(18, 2)
        ) as vanishing_contribution_amount,
        cast(
            chosen.direct_cost_amount - chosen.avoidable_direct_cost_amount
            + chosen.processing_amount - chosen.avoidable_processing_amount
            as decimal(18, 2)
        ) as remaining_cost_amount,
        settings.value as currency_code
    from chosen
    cross join settings
    inner join customers on chosen.customer_key = customers.customer_key
)

select * from final
