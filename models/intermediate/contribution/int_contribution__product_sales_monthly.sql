-- Grain: one row per object (customer, or the company as the sum of its customers), product and
-- month: units, sales and standard cost of lines that are no returns, as far as the ledger knows
-- the component, so that what is here is also in the statement. All that names no known product
-- is one product (method, section 8).
{%- set sold_components = ['gross_sales'] + standard_cost_components() %}
with

posted_components as (
    {{ posted_order_line_components() }}
),

customer_lines as (
    select
        customer_key,
        product_key,
        month,
        {%- for component in sold_components %}
        sum({{ component }}_amount) as {{ component }}_amount,
        {%- endfor %}
        sum(quantity) as quantity
    from {{ ref('int_contribution__order_lines_costed') }}
    where
        customer_key <> 0
        and not is_return
    group by customer_key, product_key, month
),

posted_lines as (
    select
        customer_lines.customer_key,
        customer_lines.product_key,
        customer_lines.month,
        {%- for component in sold_components %}
        case
            when posted_components.is_{{ component }}_posted
                then customer_lines.{{ component }}_amount
            else 0
        end as {{ component }}_amount,
        {%- endfor %}
        customer_lines.quantity
    from customer_lines
    cross join posted_components
),

customer_sales as (
    select
        customer_key,
        product_key,
        month,
        quantity,
        gross_sales_amount,
        0
        {%- for component in standard_cost_components() %}
        + {{ component }}_amount
        {%- endfor %}
            as standard_cost_amount
    from posted_lines
),

object_sales as (
    select
        'customer' as object_level,
        customer_key as object_key,
        product_key,
        month,
        quantity,
        gross_sales_amount,
        standard_cost_amount
    from customer_sales

    union all

    select
        'company' as object_level,
        {{ key_of("'company'") }} as object_key,
        product_key,
        month,
        sum(quantity) as quantity,
        sum(gross_sales_amount) as gross_sales_amount,
        sum(standard_cost_amount) as standard_cost_amount
    from customer_sales
    group by product_key, month
),

final as (
    select
        object_level,
        object_key,
        product_key,
        month,
        cast(quantity as decimal(18, 4)) as quantity,
        cast(gross_sales_amount as decimal(18, 2)) as gross_sales_amount,
        cast(standard_cost_amount as decimal(18, 2)) as standard_cost_amount
    from object_sales
)

select * from final
