{#
    Edges with object_level, object_key and line_id: whose they are and on which line of the
    statement they stand. An order's share belongs to its customer; unused capacity to the object
    that the process declares as its cause, else to the company's capacity (method, sections 3 and
    5). `edges` has pool_type, pool_id, receiver_type, receiver_key and reason.
#}
{% macro with_edge_owner(edges) -%}
    with

    causing_objects as (
        select
            process_id,
            object_level as process_level,
            case
                when unused_capacity_object like '%:%'
                    then substr(
                        unused_capacity_object, 1, position(':' in unused_capacity_object) - 1
                    )
            end as cause_level,
            case
                when unused_capacity_object like '%:%'
                    then {{ key_of(
                        "substr(unused_capacity_object, position(':' in unused_capacity_object) + 1)"
                    ) }}
            end as cause_key
        from {{ ref('dim_processes') }}
    ),

    caused_edges as (
        select
            edges.*,
            case edges.pool_type
                when 'process' then causing_objects.process_level
                when 'product' then 'product'
            end as process_level,
            case
                when edges.receiver_type = 'capacity'
                    then coalesce(causing_objects.cause_level, 'capacity')
                else edges.receiver_type
            end as owner_level,
            case
                when edges.receiver_type = 'capacity'
                    then coalesce(causing_objects.cause_key, edges.receiver_key)
                else edges.receiver_key
            end as owner_key
        from {{ edges }} as edges
        left join causing_objects
            on
                case when edges.pool_type = 'process' then edges.pool_id end
                = causing_objects.process_id
    ),

    ordered_edges as (
        select
            caused_edges.*,
            case when owner_level = 'order' then owner_key end as owning_order_key
        from caused_edges
    )

    select
        ordered_edges.*,
        case
            when ordered_edges.reason = 'spending' then 'variance_spending'
            when ordered_edges.owner_level = 'capacity' then 'unused_capacity'
            when ordered_edges.receiver_type = 'capacity' then 'caused_unused_capacity'
            when ordered_edges.owner_level = 'unassigned' then 'unassigned'
            when ordered_edges.owner_level = 'company' then 'company_cost'
            else object_levels.processing_line_id
        end as line_id,
        case
            when orders.order_key is null then ordered_edges.owner_level
            when orders.customer_key <> 0 then 'customer'
            when orders.customer_id is not null then 'unassigned'
            else 'order'
        end as object_level,
        case
            when orders.order_key is null then ordered_edges.owner_key
            when orders.customer_key <> 0 then orders.customer_key
            when orders.customer_id is not null then {{ key_of("'unknown_customer'") }}
            else orders.order_key
        end as object_key
    from ordered_edges
    left join {{ ref('object_levels') }} as object_levels
        on ordered_edges.process_level = object_levels.object_level
    left join {{ ref('fct_orders') }} as orders
        on ordered_edges.owning_order_key = orders.order_key
{%- endmacro %}
