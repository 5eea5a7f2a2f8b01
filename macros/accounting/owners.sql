{#
    Who owns a document amount: its customer; without one its order; else nobody, with the reason.
    The relation has order_key, order_id, customer_key and customer_id, keys of 0 where the id is
    empty or names something that was never delivered.
#}
{% macro document_owner_level() -%}
    case
        when customer_key <> 0 then 'customer'
        when order_key = 0 or customer_id is not null then 'unassigned'
        else 'order'
    end
{%- endmacro %}


{% macro document_owner_key() -%}
    case
        when customer_key <> 0 then customer_key
        when order_key = 0 and order_id is null then {{ key_of("'no_owner'") }}
        when order_key = 0 then {{ key_of("'unknown_order'") }}
        when customer_id is not null then {{ key_of("'unknown_customer'") }}
        else order_key
    end
{%- endmacro %}
