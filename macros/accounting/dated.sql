{#
    A dated assumption seed by month: for each key the row with the latest `valid_from` up to the
    month (method, section 1: a row replaces its own key until the next).

    Returns a select of month, the key columns and the value columns.
#}
{% macro dated(seed, key_columns, value_columns) -%}
    select
        months.month,
        {%- for column in key_columns + value_columns %}
        assumptions.{{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    from (
        select
            {% for column in key_columns + value_columns -%}
            {{ column }},
            {% endfor -%}
            valid_from,
            coalesce(
                lead(valid_from) over (
                    partition by {{ key_columns | join(', ') }}
                    order by valid_from
                ),
                cast('9999-12-31' as date)
            ) as next_valid_from
        from {{ ref(seed) }}
    ) as assumptions
    inner join {{ ref('dim_months') }} as months
        on
            assumptions.valid_from <= months.month
            and assumptions.next_valid_from > months.month
{%- endmacro %}
