-- Grain: one row per month, process and receiver: the driver's quantity at the finest object of
-- the process's level (method, section 3). What names nobody known is kept as an unassigned
-- receiver with its reason, so that its share of the cost is shown and not spread over others.
-- Only segments and reasons have their id here; int_costing__process_receivers has everybody's.
with

driver_quantities as (
    select * from {{ ref('int_costing__driver_quantities') }}
),

processes as (
    select * from {{ ref('dim_processes') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

segments as (
    select * from {{ ref('dim_segments') }}
),

memberships as (
    select memberships.*
    from {{ ref('fct_segment_memberships_monthly') }} as memberships
    inner join {{ ref('dim_tag_schemes') }} as schemes
        on memberships.segmentation = schemes.tag_scheme
    where schemes.is_leading
),

owned_quantities as (
    select
        driver_quantities.month,
        driver_quantities.driver_id,
        driver_quantities.order_key,
        driver_quantities.product_key,
        driver_quantities.is_unknown_order,
        driver_quantities.is_unknown_product,
        driver_quantities.quantity,
        coalesce(orders.customer_key, driver_quantities.customer_key) as customer_key,
        case
            when orders.order_key is null then driver_quantities.is_unknown_customer
            else orders.customer_key = 0 and orders.customer_id is not null
        end as is_unknown_customer
    from driver_quantities
    left join orders on driver_quantities.order_key = orders.order_key
),

typed_receivers as (
    select
        owned_quantities.month,
        processes.process_id,
        owned_quantities.order_key,
        owned_quantities.customer_key,
        owned_quantities.product_key,
        memberships.segment_id,
        owned_quantities.quantity,
        case
            when
                owned_quantities.is_unknown_order
                and (
                    processes.object_level in ('order', 'product')
                    or owned_quantities.customer_key = 0
                )
                then 'unknown_order'
            when processes.object_level in ('order', 'product') and owned_quantities.order_key <> 0
                then 'order'
            when processes.object_level = 'segment' and memberships.segment_id is not null
                then 'segment'
            when processes.object_level = 'segment' and owned_quantities.customer_key <> 0
                then 'unknown_segment'
            when owned_quantities.customer_key <> 0 then 'customer'
            when owned_quantities.is_unknown_customer then 'unknown_customer'
            when processes.object_level = 'segment' and owned_quantities.order_key <> 0
                then 'unknown_segment'
            when owned_quantities.order_key <> 0 then 'order'
            when owned_quantities.is_unknown_product and processes.object_level = 'product'
                then 'unknown_product'
            when owned_quantities.product_key <> 0 and processes.object_level = 'product'
                then 'product'
            else 'no_owner'
        end as receiver_kind
    from owned_quantities
    inner join processes on owned_quantities.driver_id = processes.driver_id
    left join memberships
        on
            owned_quantities.customer_key = memberships.customer_key
            and owned_quantities.month = memberships.month
),

keyed_receivers as (
    select
        month,
        process_id,
        receiver_kind,
        case receiver_kind
            when 'order' then order_key
            when 'customer' then customer_key
            when 'product' then product_key
            when 'segment' then {{ key_of('segment_id') }}
            else {{ key_of('receiver_kind') }}
        end as receiver_key,
        sum(quantity) as quantity
    from typed_receivers
    group by
        month,
        process_id,
        receiver_kind,
        case receiver_kind
            when 'order' then order_key
            when 'customer' then customer_key
            when 'product' then product_key
            when 'segment' then {{ key_of('segment_id') }}
            else {{ key_of('receiver_kind') }}
        end
),

final as (
    select
        keyed_receivers.month,
        keyed_receivers.process_id,
        case
            when keyed_receivers.receiver_kind in ('order', 'customer', 'product', 'segment')
                then keyed_receivers.receiver_kind
            else 'unassigned'
        end as receiver_type,
        keyed_receivers.receiver_key,
        case
            when keyed_receivers.receiver_kind = 'segment' then segments.segment_id
            when keyed_receivers.receiver_kind not in ('order', 'customer', 'product')
                then keyed_receivers.receiver_kind
        end as segment_or_reason_id,
        cast(keyed_receivers.quantity as decimal(18, 4)) as quantity
    from keyed_receivers
    left join segments
        on
            case keyed_receivers.receiver_kind
                when 'segment' then keyed_receivers.receiver_key
            end = segments.segment_key
)

select * from final
