{#
    The lineage of a cent (method, section 4): from who bears a cost down to journal lines, and back.
    Two relations to start from and two walks; each is a select, for a query, a model or a test.

    cost_edges()                 what was charged to whom, on which line of the statement
    cost_sources(edges, by)      down: what such costs consist of
    cost_lines()                 what went into cost centres: journal lines and imputed costs
    cost_receivers(lines, by)    up: who bears them

    A walk takes a part of a pool apart in proportion to what the pool consists of, step by step
    along the allocation edges, in whole cents: at every step the parts sum to what was asked for, to
    the cent (docs/decisions, 0022). It returns one row for each path, with a column for each
    step, so that any step is a `group by`. Pools of one cost category and cash-effectiveness are
    never mixed, because they are allocated alone.

    The parts are those of what is asked for: the cents of a customer taken apart by journal line
    are not the cents of these lines that reach the customer one by one. What is asked for as one
    sum is rounded once.

    The steps are written out, since there are no more than six and their order is known; each
    reads the one before once, so that the plan stays linear on an engine that copies a CTE into
    each of its readers.
#}


{#
    The last allocation edges, where a cost has found who bears it, without the zeros: the columns
    of `fct_cost_assignments`, and object_level, object_id and line_id as in
    `fct_contribution_lines_monthly`. `amount` is cost, positive.
#}
{% macro cost_edges() -%}
    select
        owned_edges.month,
        owned_edges.stage,
        owned_edges.pool_type,
        owned_edges.pool_id,
        owned_edges.process_id,
        owned_edges.cost_category,
        owned_edges.is_cash_effective,
        owned_edges.receiver_type,
        owned_edges.receiver_id,
        owned_edges.driver_id,
        owned_edges.weight,
        owned_edges.pool_weight,
        owned_edges.reason,
        owned_edges.object_level,
        coalesce(objects.object_id, owned_edges.receiver_id) as object_id,
        owned_edges.line_id,
        owned_edges.amount
    from (
        {{ with_edge_owner(
            "(select * from " ~ ref('fct_cost_assignments') ~ " where amount <> 0"
            " and receiver_type not in ('cost_center', 'activity', 'process')"
            " and (receiver_type <> 'product' or stage = 'product_to_owner'))"
        ) }}
    ) as owned_edges
    left join {{ ref('int_contribution__objects') }} as objects
        on
            owned_edges.object_level = objects.object_level
            and owned_edges.object_key = objects.object_key
{%- endmacro %}


{#
    What went into the pools of cost centres, a row for each journal line and for each imputed cost
    and month: month, source_type (`journal`, `imputed`), source_id (the entry, the imputed cost),
    line_number, account_id, cost_center_id, cost_category, is_cash_effective, amount.
#}
{% macro cost_lines() -%}
    select
        month,
        'journal' as source_type,
        entry_id as source_id,
        line_number,
        account_id,
        cost_center_id,
        cost_category,
        is_cash_effective,
        cast(-profit_amount as decimal(18, 2)) as amount
    from {{ ref('int_costing__ledger_lines_classified') }}
    where
        route = 'pool'
        and profit_amount <> 0

    union all

    select
        month,
        'imputed' as source_type,
        cost_id as source_id,
        cast(null as integer) as line_number,
        cast(null as string) as account_id,
        cost_center_id,
        cost_category,
        false as is_cash_effective,
        monthly_amount as amount
    from {{ ref('int_costing__imputed_costs_dated') }}
    where route = 'pool'
{%- endmacro %}


{#
    What costs consist of, down to journal lines.

    edges  name of a relation with month, stage, pool_id, process_id, cost_category,
           is_cash_effective, amount: rows of `cost_edges()`, or edges of `fct_cost_assignments` of
           any stage.
    by     columns of it that tell apart what is asked for, `['object_id', 'line_id']`; the rest is
           one sum for each pool.

    Returns a select of the columns of `by`, month, cost_category, is_cash_effective; the path:
    product_id, process_id, activity_id, neutral_activity_id (whose cost was spread over the
    activity), cost_center_id, service_cost_center_id, each null where the path has no such step;
    source_type, source_id, line_number, account_id as in `cost_lines()`; amount. Where a process
    charges standard rates in a month in which it cost nothing, there is nothing to take apart:
    the path ends at it (source_type `process`).
#}
{% macro cost_sources(edges, by=[]) -%}
    {%- set extras = [('line_number', 'integer'), ('account_id', 'string')] -%}
    {%- set names = lineage_names(
        by, ['source_type', 'source_id', 'line_number', 'account_id']
    ) -%}
    {%- set steps = [
        ('process', 'process_id', lineage_pools_of([('activities', 'process', 'activity')])),
        ('activity', 'activity_id', lineage_pools_of([
            ('cost_centers', 'activity', 'cost_center'),
            ('neutral_costs', 'activity', 'neutral_activity')
        ])),
        ('neutral_activity', 'neutral_activity_id', lineage_pools_of([
            ('cost_centers', 'activity', 'cost_center')
        ])),
        ('cost_center', 'cost_center_id',
            lineage_pools_of([('service_costs', 'cost_center', 'service_cost_center')])
            ~ ' union all ' ~ lineage_lines_of_cost_centers()),
        ('service_cost_center', 'service_cost_center_id', lineage_lines_of_cost_centers())
    ] -%}
    with

    {#- All of a product's pool is cost of its process: the walk begins there (decision 0017). #}
    {{ lineage_start(
        edges, names, lineage_node_of_stage(),
        "case when stage = 'product_to_owner' then process_id else pool_id end", extras,
        "case when stage = 'product_to_owner' then pool_id end"
    ) }},

    {% for node_type, path_column, parts in steps -%}
    {{ lineage_step(loop.index, node_type, path_column, parts, names, extras) }},

    {% endfor -%}

    final as (
        select
            {% for column in names -%}
            {{ column }},
            {% endfor -%}
            month,
            cost_category,
            is_cash_effective,
            {{ lineage_path() | join(', ') }},
            node_type as source_type,
            node_id as source_id,
            line_number,
            account_id,
            amount
        from step_{{ steps | length }}
    )

    select * from final
{%- endmacro %}


{#
    Who bears what went into cost centres.

    lines  name of a relation with month, cost_center_id, cost_category, is_cash_effective, amount:
           rows of `cost_lines()`.
    by     columns of it that tell apart what is asked for, `['source_id', 'line_number']`; the
           rest is one sum for each cost centre.

    Returns a select of the columns of `by`, month, cost_category, is_cash_effective; the path as in
    `cost_sources`; receiver_type, receiver_id as in `fct_cost_assignments`; object_level,
    object_id, line_id as in `fct_contribution_lines_monthly`; amount. Where what is in a pool
    cancels out, nothing of it is charged: the path ends there (receiver_type `cost_center`,
    `activity`, `process` or `product`).
#}
{% macro cost_receivers(lines, by=[]) -%}
    {%- set extras = [('receiver_key', 'bigint'), ('reason', 'string')] -%}
    {%- set names = lineage_names(
        by, ['receiver_type', 'receiver_id', 'receiver_key', 'reason', 'object_level', 'object_id',
            'object_key', 'line_id', 'pool_type', 'pool_id', 'process_level', 'owner_level',
            'owner_key', 'owning_order_key']
    ) -%}
    {%- set steps = [
        ('cost_center', 'service_cost_center_id', 'service_costs'),
        ('cost_center', 'cost_center_id', 'cost_centers'),
        ('activity', 'neutral_activity_id', 'neutral_costs'),
        ('activity', 'activity_id', 'activities'),
        ('process', 'process_id', 'processes'),
        ('product', 'product_id', 'product_costs')
    ] -%}
    with

    {{ lineage_start(lines, names, "'cost_center'", 'cost_center_id', extras) }},

    {% for node_type, path_column, edge_model in steps -%}
    {{ lineage_step(
        loop.index, node_type, path_column, lineage_receivers_of(edge_model), names, extras
    ) }},

    {% endfor -%}

    last_edges as (
        select
            {% for column in names -%}
            {{ column }},
            {% endfor -%}
            month,
            cost_category,
            is_cash_effective,
            {{ lineage_path() | join(', ') }},
            case
                when product_id is not null then 'product'
                when process_id is not null then 'process'
                else 'none'
            end as pool_type,
            coalesce(product_id, process_id) as pool_id,
            node_type as receiver_type,
            node_id as receiver_id,
            receiver_key,
            reason,
            amount
        from step_{{ steps | length }}
    ),

    owned_edges as (
        {{ with_edge_owner('last_edges') }}
    ),

    final as (
        select
            {% for column in names -%}
            owned_edges.{{ column }},
            {% endfor -%}
            owned_edges.month,
            owned_edges.cost_category,
            owned_edges.is_cash_effective,
            {% for column in lineage_path() -%}
            owned_edges.{{ column }},
            {% endfor -%}
            owned_edges.receiver_type,
            owned_edges.receiver_id,
            owned_edges.object_level,
            coalesce(objects.object_id, owned_edges.receiver_id) as object_id,
            owned_edges.line_id,
            owned_edges.amount
        from owned_edges
        left join {{ ref('int_contribution__objects') }} as objects
            on
                owned_edges.object_level = objects.object_level
                and owned_edges.object_key = objects.object_key
    )

    select * from final
{%- endmacro %}
