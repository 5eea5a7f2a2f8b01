-- What the documents and processes say of an order's owner is the sum over the owner's orders:
-- posted components without cash discounts, which name no order, and what was charged to orders.
-- The owner is the customer, or the order itself where it has none; unused capacity that an order
-- causes is no processing of it.
with

orders as (
    select
        order_key,
        case when customer_key <> 0 then 'customer' else 'order' end as object_level,
        case when customer_key <> 0 then customer_key else order_key end as object_key,
        gross_sales_amount - discount_amount - return_amount - standard_material_amount
        - standard_production_amount - standard_distribution_amount - customization_amount
        + restocked_goods_amount - order_cost_amount as document_amount,
        product_processing_amount + order_processing_amount + customer_processing_amount
            as processing_amount
    from {{ ref('fct_order_contribution') }}
    where
        customer_key <> 0
        or customer_id is null
),

of_orders as (
    select
        object_level,
        object_key,
        sum(document_amount) as document_amount,
        sum(processing_amount) as processing_amount
    from orders
    group by object_level, object_key
),

owner_amounts as (
    select object_level, object_key, amount as document_amount, 0 as processing_amount
    from {{ ref('int_contribution__postings') }}
    where
        source_type = 'component'
        and line_id <> 'cash_discount'
        and object_level in ('customer', 'order')

    union all

    select orders.object_level, orders.object_key, 0 as document_amount, edges.amount
    from {{ ref('int_costing__processes_allocated') }} as edges
    inner join orders on edges.receiver_key = orders.order_key
    where
        edges.receiver_type = 'order'
        and orders.object_level = 'customer'

    union all

    -- An order of nobody is held against what is posted to it.
    select object_level, object_key, 0 as document_amount, -amount as processing_amount
    from {{ ref('int_contribution__postings') }}
    where
        source_type = 'process'
        and object_level = 'order'
        and line_id <> 'caused_unused_capacity'
),

of_owners as (
    select
        object_level,
        object_key,
        sum(document_amount) as document_amount,
        sum(processing_amount) as processing_amount
    from owner_amounts
    group by object_level, object_key
)

select
    coalesce(of_orders.object_level, of_owners.object_level) as object_level,
    coalesce(of_orders.object_key, of_owners.object_key) as object_key,
    of_orders.document_amount as order_document_amount,
    of_owners.document_amount as owner_document_amount,
    of_orders.processing_amount as order_processing_amount,
    of_owners.processing_amount as owner_processing_amount
from of_orders
full outer join of_owners
    on
        of_orders.object_level = of_owners.object_level
        and of_orders.object_key = of_owners.object_key
where
    coalesce(of_orders.document_amount, 0) <> coalesce(of_owners.document_amount, 0)
    or coalesce(of_orders.processing_amount, 0) <> coalesce(of_owners.processing_amount, 0)
