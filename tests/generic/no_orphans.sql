{#
    Every value of the column is found in `field` of `to`. Unlike `relationships` an empty value
    is an orphan too.
#}
{% test no_orphans(model, column_name, to, field) %}
    select children.{{ column_name }}
    from {{ model }} as children
    where not exists (
        select 1
        from {{ to }} as parents
        where parents.{{ field }} = children.{{ column_name }}
    )
{% endtest %}
