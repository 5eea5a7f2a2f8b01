-- Grain: one row per customer and month with process cost, with sales or with an order: activity-
-- based costing beside absorption costing (method, section 5; docs/decisions, 0021).
--   allocation effect  = absorption cost - ABC cost, where absorption distributes the month's ABC
--                        cost of all customers by gross sales less discounts
--   complexity effect  = process cost of the customer's orders - its orders at the average cost per
--                        order of all customers
--   degression effect  = process cost of the customer's orders - its units at the average cost per
--                        unit of all customers
-- Each sums to zero over the month. What nobody can carry, because weights are of mixed sign or sum
-- to zero, stays with customer key 0, with the reason.
with

contribution_lines as (
    select
        contribution_lines.object_key as customer_key,
        contribution_lines.month,
        contribution_lines.line_id,
        contribution_lines.amount,
        statement_lines.is_contribution_1
    from {{ ref('fct_contribution_lines_monthly') }} as contribution_lines
    inner join {{ ref('dim_statement_lines') }} as statement_lines
        on contribution_lines.line_id = statement_lines.line_id
    where
        contribution_lines.object_level = 'customer'
        and statement_lines.is_contribution_2
),

charged as (
    select
        customer_key,
        month,
        sum(case when is_contribution_1 then 0 else -amount end) as abc_cost_amount,
        sum(case when line_id in ('gross_sales', 'discount') then amount else 0 end)
            as absorption_base_amount
    from contribution_lines
    where
        not is_contribution_1
        or line_id in ('gross_sales', 'discount')
    group by customer_key, month
),

ordered as (
    select
        customer_key,
        month,
        sum(process_cost_amount) as order_process_cost_amount,
        sum(order_count) as order_count,
        sum(order_count * variant_count) as variant_count,
        sum(order_count * quantity) as sold_quantity
    from {{ ref('int_contribution__order_process_costs') }}
    group by customer_key, month
),

customer_months as (
    select
        coalesce(charged.customer_key, ordered.customer_key) as customer_key,
        coalesce(charged.month, ordered.month) as month,
        cast(coalesce(charged.abc_cost_amount, 0) as decimal(18, 2)) as abc_cost_amount,
        cast(coalesce(charged.absorption_base_amount, 0) as decimal(18, 2))
            as absorption_base_amount,
        cast(coalesce(ordered.order_process_cost_amount, 0) as decimal(18, 2))
            as order_process_cost_amount,
        cast(coalesce(ordered.order_count, 0) as bigint) as order_count,
        cast(coalesce(ordered.variant_count, 0) as bigint) as variant_count,
        cast(coalesce(ordered.sold_quantity, 0) as decimal(18, 4)) as sold_quantity
    from charged
    full outer join ordered
        on
            charged.customer_key = ordered.customer_key
            and charged.month = ordered.month
),

customers as (
    select * from {{ ref('dim_customers') }}
),

bases as (
    {%- for pool_id, weight, amount in [
        ('sales', 'absorption_base_amount', 'abc_cost_amount'),
        ('orders', 'order_count', 'order_process_cost_amount'),
        ('units', 'sold_quantity', 'order_process_cost_amount')
    ] %}
    select
        customer_key,
        month,
        '{{ pool_id }}' as pool_id,
        cast({{ weight }} as decimal(18, 4)) as weight,
        {{ amount }} as amount
    from customer_months
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

pools as (
    select
        month,
        'absorption' as stage,
        'average' as pool_type,
        pool_id,
        'all' as cost_category,
        true as is_cash_effective,
        pool_id as driver_id,
        cast(sum(amount) as decimal(18, 2)) as amount,
        cast(null as decimal(18, 4)) as capacity_weight,
        'unassigned' as unallocated_type,
        'zero_weight' as unallocated_id,
        cast(0 as bigint) as unallocated_key,
        'zero_weight' as unallocated_reason
    from bases
    group by month, pool_id
    having sum(amount) <> 0
),

weights as (
    select
        bases.month,
        bases.pool_id,
        'customer' as receiver_type,
        customers.customer_id as receiver_id,
        bases.customer_key as receiver_key,
        bases.weight
    from bases
    inner join customers on bases.customer_key = customers.customer_key
    where bases.weight <> 0
),

edges as (
    {{ allocate('pools', 'weights') }}
),

averages as (
    select
        month,
        case when receiver_type = 'customer' then receiver_key else 0 end as customer_key,
        sum(case when pool_id = 'sales' then amount else 0 end) as absorption_cost_amount,
        sum(case when pool_id = 'orders' then amount else 0 end) as average_by_orders_amount,
        sum(case when pool_id = 'units' then amount else 0 end) as average_by_units_amount,
        max(case when pool_id = 'sales' then reason end) as allocation_reason,
        max(case when pool_id = 'orders' then reason end) as complexity_reason,
        max(case when pool_id = 'units' then reason end) as degression_reason
    from edges
    group by
        month,
        case when receiver_type = 'customer' then receiver_key else 0 end
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

compared as (
    select
        coalesce(customer_months.customer_key, averages.customer_key) as customer_key,
        coalesce(customer_months.month, averages.month) as month,
        coalesce(customer_months.abc_cost_amount, 0) as abc_cost_amount,
        coalesce(customer_months.absorption_base_amount, 0) as absorption_base_amount,
        coalesce(averages.absorption_cost_amount, 0) as absorption_cost_amount,
        coalesce(customer_months.order_process_cost_amount, 0) as order_process_cost_amount,
        coalesce(customer_months.order_count, 0) as order_count,
        coalesce(customer_months.variant_count, 0) as variant_count,
        coalesce(customer_months.sold_quantity, 0) as sold_quantity,
        coalesce(averages.average_by_orders_amount, 0) as average_by_orders_amount,
        coalesce(averages.average_by_units_amount, 0) as average_by_units_amount,
        averages.allocation_reason,
        averages.complexity_reason,
        averages.degression_reason
    from customer_months
    full outer join averages
        on
            customer_months.customer_key = averages.customer_key
            and customer_months.month = averages.month
),

final as (
    select
        compared.customer_key,
        customers.customer_id,
        compared.month,
        compared.abc_cost_amount,
        compared.absorption_base_amount,
        cast(compared.absorption_cost_amount as decimal(18, 2)) as absorption_cost_amount,
        cast(compared.absorption_cost_amount - compared.abc_cost_amount as decimal(18, 2))
            as allocation_effect_amount,
        compared.order_count,
        compared.variant_count,
        compared.sold_quantity,
        {{ ratio('compared.variant_count', 'compared.order_count') }} as variants_per_order_rate,
        {{ ratio('compared.sold_quantity', 'compared.order_count') }} as units_per_order_rate,
        compared.order_process_cost_amount,
        cast(
            compared.order_process_cost_amount - compared.average_by_orders_amount
            as decimal(18, 2)
        ) as complexity_effect_amount,
        cast(
            compared.order_process_cost_amount - compared.average_by_units_amount
            as decimal(18, 2)
        ) as degression_effect_amount,
        compared.allocation_reason,
        compared.complexity_reason,
        compared.degression_reason,
        settings.value as currency_code
    from compared
    cross join settings
    inner join customers on compared.customer_key = customers.customer_key
)

select * from final
