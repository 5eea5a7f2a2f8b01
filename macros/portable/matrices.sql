{#
    Matrices as lists, row by row. Spark copies a CTE into each of its readers, so that a relation
    changed step by step would double its plan each time; a list is changed within one expression.
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
    (I - A)^-1 of a matrix A of transitions, from a list of doubles with `size` rows: what goes to
    each of `size` states, and last what leaves them all. The result has rows of the same length:
    how often each state is visited from the row's, and last what leaves in the end, one.

    One state after the other is taken out. Its row is divided by what it hands on to the states
    behind it and out of them all, which is 1 less what comes back to it, as a sum and not as a
    difference (Grassmann, Taksar and Heyman): nothing is ever subtracted, so that each digit counts
    however little leaves. Who hands on to it hands on to its row; its column then counts visits.
#}
{% macro visits_of(transitions, size) -%}
    {{ return(adapter.dispatch('visits_of', 'customer_accounting')(transitions, size)) }}
{%- endmacro %}

{% macro duckdb__visits_of(transitions, size) -%}
    {%- set width = '(' ~ size ~ ' + 1)' -%}
    list_reduce(
        list_transform(
            range(-1, {{ size }}),
            lambda step: {'step': step, 'rows': case when step = -1 then {{ transitions }} end}
        ),
        lambda state, next: {
            'step': next.step,
            'rows': list_transform(
                [list_transform(
                    range({{ width }}),
                    lambda place:
                        case
                            when place = next.step then 1
                            else state.rows[next.step * {{ width }} + place + 1]
                        end
                        / list_sum(state.rows[
                            next.step * {{ width }} + next.step + 2
                            : next.step * {{ width }} + {{ width }}
                        ])
                )],
                lambda leaving: list_transform(
                    range({{ size }} * {{ width }}),
                    lambda place:
                        case
                            when place // {{ width }} = next.step
                                then leaving[place % {{ width }} + 1]
                            else
                                case
                                    when place % {{ width }} = next.step then 0
                                    else state.rows[place + 1]
                                end
                                + state.rows[place // {{ width }} * {{ width }} + next.step + 1]
                                * leaving[place % {{ width }} + 1]
                        end
                )
            )[1]
        }
    ).rows
{%- endmacro %}

{% macro spark__visits_of(transitions, size) -%}
    {%- set width = '(' ~ size ~ ' + 1)' -%}
    aggregate(
        sequence(0, {{ size }} - 1),
        {{ transitions }},
        (state, step) -> transform(
            array(transform(
                sequence(0, {{ size }}),
                place ->
                    case when place = step then 1D else state[step * {{ width }} + place] end
                    / aggregate(
                        slice(state, step * {{ width }} + step + 2, {{ size }} - step),
                        0D,
                        (total, share) -> total + share
                    )
            )),
            leaving -> transform(
                sequence(0, {{ size }} * {{ width }} - 1),
                place ->
                    case
                        when int(place div {{ width }}) = step
                            then leaving[place % {{ width }}]
                        else
                            case when place % {{ width }} = step then 0D else state[place] end
                            + state[int(place div {{ width }}) * {{ width }} + step]
                            * leaving[place % {{ width }}]
                    end
            )
        )[0]
    )
{%- endmacro %}

