-- What the documents say of each control component reaches its owners, month by month and to the
-- cent: sales, deductions and adaptation straight from the order lines, cash discounts from the
-- payments, order costs from theirs, standard cost from the costed lines. Without this a cost that
-- is lost or doubled on the way to its owner would hide in the variance of the component.
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
    select month, '{{ component }}' as component, {{ amount }} as amount
    from {{ ref('fct_order_lines') }}

    union all
    {% endfor %}
    {%- for component in [
        'standard_material', 'standard_production', 'standard_distribution', 'restocked_goods'
    ] %}
    select month, '{{ component }}' as component, {{ component }}_amount as amount
    from {{ ref('int_contribution__order_lines_costed') }}

    union all
    {% endfor %}
    select month, 'order_cost:' || cost_type as component, amount
    from {{ ref('fct_order_costs') }}

    union all

    select
        month,
        'cash_discount' as component,
        cash_discount_amount - cash_discount_tax_amount as amount
    from {{ ref('fct_payments') }}
),

document_totals as (
    select
        documents.month,
        documents.component,
        sum(documents.amount * components.profit_sign) as amount
    from documents
    inner join components on documents.component = components.component
    group by documents.month, documents.component
    having sum(documents.amount) <> 0
),

owner_totals as (
    select
        month,
        component,
        sum(profit_amount) as amount
    from {{ ref('int_contribution__owner_components') }}
    group by month, component
    having sum(profit_amount) <> 0
)

select
    coalesce(document_totals.month, owner_totals.month) as month,
    coalesce(document_totals.component, owner_totals.component) as component,
    document_totals.amount as document_amount,
    owner_totals.amount as owner_amount
from document_totals
full outer join owner_totals
    on
        document_totals.month = owner_totals.month
        and document_totals.component = owner_totals.component
where
    document_totals.month is null
    or owner_totals.month is null
    or document_totals.amount <> owner_totals.amount
