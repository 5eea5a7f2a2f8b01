-- Grain: one row per customer and month with a contribution under any method: contribution II as
-- published, under each method for service cost centres (at the company's rates), and at capacity
-- and actual rates (with the company's method); and whether one of them turns its sign. Step-down
-- is empty without a `service_order` (method, section 3).
{%- set methods = ['reciprocal', 'step_down', 'direct', 'capacity_rates', 'actual_rates'] %}
{%- set compared_amounts = 'compared.' ~ methods | join('_contribution_2_amount, compared.')
    ~ '_contribution_2_amount' %}
with

contributions as (
    select * from {{ ref('fct_customer_contribution_monthly') }}
),

method_differences as (
    select * from {{ ref('int_contribution__method_differences') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

service_methods as (
    select distinct allocation_method
    from {{ ref('int_costing__service_flows') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
),

known_methods as (
    select
        coalesce(max(case when allocation_method = 'step_down' then 1 else 0 end), 0)
            as has_step_down
    from service_methods
),

amounts as (
    select
        customer_key,
        month,
        {%- for method in methods %}
        cast(0 as decimal(18, 2)) as {{ method }}_amount,
        {%- endfor %}
        contribution_2_amount
    from contributions

    union all

    select
        customer_key,
        month,
        {%- for method in methods %}
        case
            when allocation_method = '{{ method }}' then contribution_2_difference_amount else 0
        end as {{ method }}_amount,
        {%- endfor %}
        cast(0 as decimal(18, 2)) as contribution_2_amount
    from method_differences
),

totals as (
    select
        customer_key,
        month,
        {%- for method in methods %}
        cast(sum(contribution_2_amount) + sum({{ method }}_amount) as decimal(18, 2))
            as {{ method }}_contribution_2_amount,
        {%- endfor %}
        cast(sum(contribution_2_amount) as decimal(18, 2)) as contribution_2_amount
    from amounts
    group by customer_key, month
),

compared as (
    select
        totals.customer_key,
        totals.month,
        {%- for method in methods %}
        {% if method == 'step_down' -%}
        case
            when known_methods.has_step_down = 1 then totals.step_down_contribution_2_amount
        end as step_down_contribution_2_amount
        {%- else -%}
        totals.{{ method }}_contribution_2_amount
        {%- endif %},
        {%- endfor %}
        totals.contribution_2_amount
    from totals
    cross join known_methods
),

final as (
    select
        compared.customer_key,
        customers.customer_id,
        compared.month,
        methods.value as service_allocation_method,
        {%- for method in methods %}
        compared.{{ method }}_contribution_2_amount,
        {%- endfor %}
        compared.contribution_2_amount,
        coalesce(
            case
                when compared.contribution_2_amount > 0
                    then least({{ compared_amounts }}) < 0
                when compared.contribution_2_amount < 0
                    then greatest({{ compared_amounts }}) > 0
            end,
            false
        ) as is_sign_changing,
        currencies.value as currency_code
    from compared
    inner join customers on compared.customer_key = customers.customer_key
    inner join settings as methods on methods.setting = 'service_allocation_method'
    inner join settings as currencies on currencies.setting = 'functional_currency'
)

select * from final
