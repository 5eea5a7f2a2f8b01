-- What the documents say of each control component reaches its customer, month by month and to the
-- cent, and what names no known customer (key 0) reaches somebody else: sales, deductions and
-- adaptation straight from the order lines, cash discounts from the payments, order costs from
-- theirs, standard cost from the costed lines. Without this a cost that is lost, doubled or handed
-- to another on the way would hide in the variance of the component.
with

components as (
    select * from {{ ref('int_contribution__components') }}
),

documents as (
    {%- for component, amount in [
        ('gross_sales', 'case when is_return then 0 else gross_amount end'),
        ('discount', 'case when is_return then 0 else discount_amount end'),
        ('return', 'case when is_return then discount_amount - gross_amount else 0 end'),
        ('customization', 'customization_cost_amount')
    ] %}
    select month, customer_key, '{{ component }}' as component, {{ amount }} as amount
    from {{ ref('fct_order_lines') }}

    union all
    {% endfor %}
    {%- for component in [
        'standard_material', 'standard_production', 'standard_distribution', 'restocked_goods'
    ] %}
    select
        lines.month,
        lines.customer_key,
        '{{ component }}' as component,
        costed.{{ component }}_amount as amount
    from {{ ref('int_contribution__order_lines_costed') }} as costed
    inner join {{ ref('fct_order_lines') }} as lines
        on
            costed.order_id = lines.order_id
            and costed.line_number = lines.line_number
    where costed.{{ component }}_amount <> 0

    union all
    {% endfor %}
    select month, customer_key, 'order_cost:' || cost_type as component, amount
    from {{ ref('fct_order_costs') }}

    union all

    select
        month,
        customer_key,
        'cash_discount' as component,
        cash_discount_amount - cash_discount_tax_amount as amount
    from {{ ref('fct_payments') }}
),

document_totals as (
    select
        documents.month,
        documents.customer_key,
        documents.component,
        sum(documents.amount * components.profit_sign) as amount
    from documents
    inner join components on documents.component = components.component
    group by documents.month, documents.customer_key, documents.component
    having sum(documents.amount) <> 0
),

owner_totals as (
    select
        month,
        case when object_level = 'customer' then object_key else 0 end as customer_key,
        component,
        sum(profit_amount) as amount
    from {{ ref('int_contribution__owner_components') }}
    group by
        month,
        case when object_level = 'customer' then object_key else 0 end,
        component
    having sum(profit_amount) <> 0
)

select
    coalesce(document_totals.month, owner_totals.month) as month,
    coalesce(document_totals.customer_key, owner_totals.customer_key) as customer_key,
    coalesce(document_totals.component, owner_totals.component) as component,
    document_totals.amount as document_amount,
    owner_totals.amount as owner_amount
from document_totals
full outer join owner_totals
    on
        document_totals.month = owner_totals.month
        and document_totals.customer_key = owner_totals.customer_key
        and document_totals.component = owner_totals.component
where
    document_totals.month is null
    or owner_totals.month is null
    or document_totals.amount <> owner_totals.amount
