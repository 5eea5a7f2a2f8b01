-- ABC beside absorption costing (method, section 5): over each month the allocation, complexity and
-- degression effects sum to zero, and absorption distributes what ABC charged. Each customer's ABC
-- cost is what lies between its contributions I and II. The tables of orders by variants and by
-- size hold all orders and all their process cost.
with

effects as (
    select
        month,
        sum(abc_cost_amount) as abc_cost_amount,
        sum(absorption_cost_amount) as absorption_cost_amount,
        sum(allocation_effect_amount) as allocation_effect_amount,
        sum(complexity_effect_amount) as complexity_effect_amount,
        sum(degression_effect_amount) as degression_effect_amount,
        sum(order_process_cost_amount) as order_process_cost_amount,
        sum(order_count) as order_count
    from {{ ref('rpt_abc_effects_monthly') }}
    group by month
),

by_variants as (
    select
        month,
        sum(process_cost_amount) as process_cost_amount,
        sum(order_count) as order_count
    from {{ ref('rpt_order_complexity_monthly') }}
    group by month
),

by_size as (
    select
        month,
        sum(process_cost_amount) as process_cost_amount,
        sum(order_count) as order_count
    from {{ ref('rpt_order_size_degression_monthly') }}
    group by month
),

charged as (
    select
        contribution_lines.object_key as customer_key,
        contribution_lines.month,
        -sum(contribution_lines.amount) as amount
    from {{ ref('fct_contribution_lines_monthly') }} as contribution_lines
    inner join {{ ref('dim_statement_lines') }} as statement_lines
        on contribution_lines.line_id = statement_lines.line_id
    where
        contribution_lines.object_level = 'customer'
        and statement_lines.is_contribution_2
        and not statement_lines.is_contribution_1
    group by contribution_lines.object_key, contribution_lines.month
),

compared as (
    select
        customer_key,
        month,
        abc_cost_amount as amount
    from {{ ref('rpt_abc_effects_monthly') }}
    where abc_cost_amount <> 0
)

select
    'the month' as of_what,
    coalesce(effects.month, by_variants.month, by_size.month) as month
from effects
full outer join by_variants on effects.month = by_variants.month
full outer join by_size on coalesce(effects.month, by_variants.month) = by_size.month
where
    effects.allocation_effect_amount <> 0
    or effects.complexity_effect_amount <> 0
    or effects.degression_effect_amount <> 0
    or effects.absorption_cost_amount <> effects.abc_cost_amount
    or coalesce(effects.order_process_cost_amount, 0)
    <> coalesce(by_variants.process_cost_amount, 0)
    or coalesce(effects.order_process_cost_amount, 0) <> coalesce(by_size.process_cost_amount, 0)
    or coalesce(effects.order_count, 0) <> coalesce(by_variants.order_count, 0)
    or coalesce(effects.order_count, 0) <> coalesce(by_size.order_count, 0)

union all

select
    cast(coalesce(charged.customer_key, compared.customer_key) as string) as of_what,
    coalesce(charged.month, compared.month) as month
from charged
full outer join compared
    on
        charged.customer_key = compared.customer_key
        and charged.month = compared.month
where coalesce(charged.amount, 0) <> coalesce(compared.amount, 0)
