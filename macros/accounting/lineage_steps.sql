{# What the walks of `lineage.sql` are made of; queries do not use it. #}


{# The columns of a path, from who bears a cost to where it was posted. #}
{% macro lineage_path() -%}
    {{ return([
        'product_id', 'process_id', 'activity_id', 'neutral_activity_id', 'cost_center_id',
        'service_cost_center_id'
    ]) }}
{%- endmacro %}


{#
    Names of columns as given, after a look: names, and none that the walk has a column of its own
    for.
#}
{% macro lineage_names(names, returned) -%}
    {%- set own = lineage_path() + returned + [
        'month', 'cost_category', 'is_cash_effective', 'amount', 'node_type', 'node_id',
        'node_product_id'
    ] -%}
    {%- set names = [names] if names is string else names -%}
    {%- for name in names -%}
        {%- if not modules.re.fullmatch('[a-z_][a-z0-9_]*', name | string) -%}
            {{ exceptions.raise_compiler_error("by: " ~ name ~ " is not the name of a column") }}
        {%- elif name in own -%}
            {{ exceptions.raise_compiler_error("by: a walk has a column " ~ name ~ " of its own") }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names | list) }}
{%- endmacro %}


{#
    What is asked for, summed to one row for each pool; and the first row of its path:
    it stands at a node, the pool to be taken apart, and has been nowhere, or at a product.
#}
{% macro lineage_start(
    relation, names, node_type, node_id, extras, product_id='cast(null as string)'
) -%}
    {%- if relation is string and not modules.re.fullmatch(
        '[a-z_][a-z0-9_]*([.][a-z_][a-z0-9_]*)?', relation
    ) -%}
        {{ exceptions.raise_compiler_error(relation ~ " is not the name of a relation") }}
    {%- endif -%}
    {%- set kept = names + ['month', 'cost_category', 'is_cash_effective', 'node_type', 'node_id'] -%}
    {%- set asked_columns = kept + ['node_product_id'] -%}
    asked as (
        select
            {{ asked_columns | join(', ') }},
            cast(sum(amount) as decimal(18, 2)) as amount
        from (
            select
                relation_asked.*,
                {{ node_type }} as node_type,
                {{ node_id }} as node_id,
                {{ product_id }} as node_product_id
            from {{ relation }} as relation_asked
        ) as rows_asked
        group by {{ asked_columns | join(', ') }}
        having sum(amount) <> 0
    ),

    step_0 as (
        select
            {{ kept | join(', ') }},
            {% for column in lineage_path() -%}
            {{ 'node_product_id' if column == 'product_id' else 'cast(null as string)' }}
                as {{ column }},
            {% endfor -%}
            {% for column, data_type in extras -%}
            cast(null as {{ data_type }}) as {{ column }},
            {% endfor -%}
            amount
        from asked
    )
{%- endmacro %}


{#
    One step: rows that stand at a node of the type are replaced by their parts, all others stay.

    Parts of a pool stand in byte order, one behind the other; a part gets what a row's amount is
    worth up to its end, rounded, less what it is worth up to its beginning. So the parts of a row
    sum to it for amounts, parts and pools of any sign, none is off by a cent, and no row needs to
    know of others. A pool of zero or without parts is not taken apart. A product is a pool for each
    process (decision 0017): its parts are those of the process that a row came from.
#}
{% macro lineage_step(number, node_type, path_column, parts, names, extras) -%}
    {%- set kept = names + ['month', 'cost_category', 'is_cash_effective'] -%}
    {%- set extra_names = extras | map(attribute=0) | list -%}
    {%- set of_process = node_type == 'product' -%}
    {%- set pool = ['month', 'node_id', 'cost_category', 'is_cash_effective']
        + (['node_process_id'] if of_process else []) -%}
    parts_{{ number }} as (
        {{ parts }}
    ),

    pools_{{ number }} as (
        select
            parts_{{ number }}.*,
            sum(part_amount) over (partition by {{ pool | join(', ') }}) as pool_amount,
            sum(part_amount) over (
                partition by {{ pool | join(', ') }}
                order by {{ (['part_id', 'part_type'] + extra_names[:1]) | join(', ') }}
                rows between unbounded preceding and current row
            ) as part_end
        from parts_{{ number }}
        where month in (select asked.month from asked)
    ),

    split_{{ number }} as (
        select
            {% for column in kept -%}
            rows_before.{{ column }},
            {% endfor -%}
            {% for column in lineage_path() -%}
            {% if column == path_column -%}
            case when pools.node_id is null then rows_before.{{ column }} else pools.node_id end
                as {{ column }},
            {% else -%}
            rows_before.{{ column }},
            {% endif -%}
            {% endfor -%}
            coalesce(pools.part_type, rows_before.node_type) as node_type,
            coalesce(pools.part_id, rows_before.node_id) as node_id,
            {% for column in extra_names -%}
            case when pools.node_id is null then rows_before.{{ column }} else pools.{{ column }} end
                as {{ column }},
            {% endfor -%}
            cast(
                case
                    when pools.node_id is null then rows_before.amount
                    else
                        {{ proportion_of_any_sign(
                            'rows_before.amount', 'pools.part_end', 'pools.pool_amount'
                        ) }}
                        - {{ proportion_of_any_sign(
                            'rows_before.amount',
                            '(pools.part_end - pools.part_amount)',
                            'pools.pool_amount'
                        ) }}
                end
                as decimal(18, 2)
            ) as amount
        from step_{{ number - 1 }} as rows_before
        left join pools_{{ number }} as pools
            on
                case when rows_before.node_type = '{{ node_type }}' then rows_before.node_id end
                = pools.node_id
                and rows_before.month = pools.month
                and rows_before.cost_category = pools.cost_category
                and rows_before.is_cash_effective = pools.is_cash_effective
                {% if of_process -%}
                and rows_before.process_id = pools.node_process_id
                {% endif -%}
                and pools.pool_amount <> 0
    ),

    step_{{ number }} as (
        select * from split_{{ number }}
        where amount <> 0
    )
{%- endmacro %}


{#
    The node at which an edge of a stage stands: the pool that it is a part of, of a product its
    process.
#}
{% macro lineage_node_of_stage() -%}
    case stage
        when 'service_to_operating' then 'service_cost_center'
        when 'cost_center_to_activity' then 'cost_center'
        when 'neutral_to_induced' then 'neutral_activity'
        when 'activity_to_process' then 'activity'
        when 'process_to_object' then 'process'
        when 'product_to_owner' then 'process'
    end
{%- endmacro %}


{#
    What pools consist of, down: edges that reach them. A list of edge models, the type of receiver
    in them and the type of node that a part stands at.
#}
{% macro lineage_pools_of(sources) -%}
    {%- for edge_model, receiver_type, part_type in sources %}
    select
        month,
        cost_category,
        is_cash_effective,
        receiver_id as node_id,
        '{{ part_type }}' as part_type,
        pool_id as part_id,
        cast(null as integer) as line_number,
        cast(null as string) as account_id,
        amount as part_amount
    from {{ ref('int_costing__' ~ edge_model ~ '_allocated') }}
    where
        receiver_type = '{{ receiver_type }}'
        and amount <> 0
    {{ "union all" if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# What cost centres consist of, down: what was posted to them. #}
{% macro lineage_lines_of_cost_centers() -%}
    select
        month,
        cost_category,
        is_cash_effective,
        cost_center_id as node_id,
        source_type as part_type,
        source_id as part_id,
        line_number,
        account_id,
        amount as part_amount
    from (
        {{ cost_lines() }}
    ) as cost_lines
{%- endmacro %}


{# What becomes of pools, up: the edges that leave them. #}
{% macro lineage_receivers_of(edge_model) -%}
    select
        month,
        cost_category,
        is_cash_effective,
        pool_id as node_id,
        {% if edge_model == 'product_costs' -%}
        process_id as node_process_id,
        {% endif -%}
        receiver_type as part_type,
        receiver_id as part_id,
        receiver_key,
        reason,
        amount as part_amount
    from {{ ref('int_costing__' ~ edge_model ~ '_allocated') }}
    where amount <> 0
{%- endmacro %}
