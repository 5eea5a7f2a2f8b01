{#
    The columns together are a key: no combination occurs twice and none has an empty column,
    unless it is named in `nullable`. Returns the combinations that break it, with their count.
#}
{% test unique_combination(model, columns, nullable=[]) %}
    select
        {{ columns | join(', ') }},
        count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {%- for column in columns if column not in nullable %}
        or {{ column }} is null
        {%- endfor %}
{% endtest %}
