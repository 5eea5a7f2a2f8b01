{#
    Square matrices as lists, row by row. Spark copies a CTE into each of its readers, so that
    squaring a relation again and again would double its plan each time; a list is squared within
    one expression.
#}

{# The values of a group as a list, in the order of a whole number. #}
{% macro list_in_order(value, position) -%}
    {{ return(adapter.dispatch('list_in_order', 'customer_accounting')(value, position)) }}
{%- endmacro %}

{% macro duckdb__list_in_order(value, position) -%}
    list({{ value }} order by {{ position }})
{%- endmacro %}

{% macro spark__list_in_order(value, position) -%}
    transform(
        array_sort(collect_list(struct({{ position }} as place, {{ value }} as content))),
        entry -> entry.content
    )
{%- endmacro %}


{# The item of a list at a position, counted from one. #}
{% macro list_item(list, position) -%}
    {{ return(adapter.dispatch('list_item', 'customer_accounting')(list, position)) }}
{%- endmacro %}

{% macro duckdb__list_item(list, position) -%}
    list_extract({{ list }}, {{ position }})
{%- endmacro %}

{% macro spark__list_item(list, position) -%}
    element_at({{ list }}, cast({{ position }} as int))
{%- endmacro %}


{#
    I + A + A^2 + ... + A^(2^doublings - 1) of a matrix A of transitions, decimal(17,16) each, with
    `size` rows: how often each column is visited from each row, decimal(20,15), less than 100,000
    times. By doubling: the sum of twice as many powers is the sum so far + the power so far x the
    sum so far, and the power is squared.
#}
{% macro visits_of(transitions, size, doublings) -%}
    {{ return(adapter.dispatch('visits_of', 'customer_accounting')(transitions, size, doublings)) }}
{%- endmacro %}

{% macro duckdb__visits_of(transitions, size, doublings) -%}
    list_reduce(
        list_transform(
            range({{ doublings }} + 1),
            lambda step: {
                'power': {{ transitions }},
                'visits': list_transform(
                    range({{ size }} * {{ size }}),
                    lambda place: cast(
                        case when place // {{ size }} = place % {{ size }} then 1 else 0 end
                        as decimal(20, 15)
                    )
                )
            }
        ),
        lambda state, step: {
            'power': list_transform(
                range({{ size }} * {{ size }}),
                lambda place: cast(
                    list_sum(list_transform(
                        range({{ size }}),
                        lambda middle:
                            state.power[place // {{ size }} * {{ size }} + middle + 1]
                            * state.power[middle * {{ size }} + place % {{ size }} + 1]
                    )) as decimal(17, 16)
                )
            ),
            'visits': list_transform(
                range({{ size }} * {{ size }}),
                lambda place: cast(
                    state.visits[place + 1]
                    + list_sum(list_transform(
                        range({{ size }}),
                        lambda middle:
                            state.power[place // {{ size }} * {{ size }} + middle + 1]
                            * state.visits[middle * {{ size }} + place % {{ size }} + 1]
                    )) as decimal(20, 15)
                )
            )
        }
    ).visits
{%- endmacro %}

{% macro spark__visits_of(transitions, size, doublings) -%}
    aggregate(
        sequence(1, {{ doublings }}),
        struct(
            {{ transitions }} as power,
            transform(
                sequence(0, {{ size }} * {{ size }} - 1),
                place -> cast(
                    case when place div {{ size }} = place % {{ size }} then 1 else 0 end
                    as decimal(20, 15)
                )
            ) as visits
        ),
        (state, step) -> struct(
            transform(
                sequence(0, {{ size }} * {{ size }} - 1),
                place -> cast(
                    aggregate(
                        sequence(0, {{ size }} - 1),
                        cast(0 as decimal(38, 32)),
                        (total, middle) -> cast(
                            total
                            + state.power[int(place div {{ size }}) * {{ size }} + middle]
                            * state.power[middle * {{ size }} + place % {{ size }}]
                            as decimal(38, 32)
                        )
                    ) as decimal(17, 16)
                )
            ) as power,
            transform(
                sequence(0, {{ size }} * {{ size }} - 1),
                place -> cast(
                    state.visits[place]
                    + aggregate(
                        sequence(0, {{ size }} - 1),
                        cast(0 as decimal(38, 31)),
                        (total, middle) -> cast(
                            total
                            + state.power[int(place div {{ size }}) * {{ size }} + middle]
                            * state.visits[middle * {{ size }} + place % {{ size }}]
                            as decimal(38, 31)
                        )
                    ) as decimal(20, 15)
                )
            ) as visits
        ),
        state -> state.visits
    )
{%- endmacro %}
