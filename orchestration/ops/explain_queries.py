"""The queries behind ``explain``: what a figure consists of, level by level.

They read marts and core, and of ``intermediate`` the tables that say where a ledger line, an order
line and an imputed cost went and which documents are posted.
"""

# Lines that a component of the order lines may feed, in a column of its name.
_ORDER_LINE_COMPONENTS = (
    "gross_sales",
    "discount",
    "return",
    "standard_material",
    "standard_production",
    "standard_distribution",
    "customization",
    "restocked_goods",
)
SUBTOTALS = ("net_revenue", "contribution_1", "contribution_2")

# Who bears the unused capacity of a process: the customer who causes it, or whose order does.
CAUSING_CUSTOMERS = """
    select processes.process_id, customers.customer_id
    from core.dim_processes as processes
    inner join core.dim_customers as customers
        on processes.unused_capacity_object = 'customer:' || customers.customer_id
    where customers.customer_key <> 0
    union all
    select processes.process_id, orders.customer_id
    from core.dim_processes as processes
    inner join core.fct_orders as orders
        on processes.unused_capacity_object = 'order:' || orders.order_id
    where orders.customer_key <> 0
"""

# What a customer's statement says: lines from the postings, subtotals from the wide statement.
_SUBTOTALS = "".join(
    f"""
    union all
    select customer_id, month, '{line_id}', {line_id}_amount, true
    from marts.fct_customer_contribution_monthly
    """
    for line_id in SUBTOTALS
)
FIGURES = f"""(
    select object_id as customer_id, month, line_id, amount, false as is_subtotal
    from marts.fct_contribution_lines_monthly
    where object_level = 'customer'
    {_SUBTOTALS}
)"""

# What stands directly under a subtotal: customer, month, line.
SUBTOTAL_PARTS = f"""
    select figures.line_id, lines.line_name, figures.amount
    from {FIGURES} as figures
    inner join core.dim_statement_lines as lines on figures.line_id = lines.line_id
    where figures.customer_id = ? and figures.month = ? and lines.parent_line_id = ?
    order by lines.sort_order
"""

# A customer's share of each process, or of what a process charged to each product: customer, month,
# line. Name, measure, amount; then the pool: kind, id, process.
PROCESS_PARTS = f"""
with asked as (
    select ? as customer_id, cast(? as date) as month, ? as line_id
),
causing_customers as ({CAUSING_CUSTOMERS}),
edges as (
    select
        assignments.pool_type,
        assignments.pool_id,
        assignments.process_id,
        assignments.driver_id,
        assignments.pool_weight,
        assignments.weight,
        assignments.receiver_id,
        assignments.amount
    from marts.fct_cost_assignments as assignments
    cross join asked
    left join core.dim_processes as processes on assignments.process_id = processes.process_id
    left join seeds.object_levels as levels on processes.object_level = levels.object_level
    left join core.fct_orders as orders
        on
            assignments.receiver_type = 'order'
            and assignments.receiver_id = orders.order_id
    where
        assignments.month = asked.month
        and assignments.stage in ('process_to_object', 'product_to_owner')
        and (
            (
                levels.processing_line_id = asked.line_id
                and (
                    (
                        assignments.receiver_type = 'customer'
                        and assignments.receiver_id = asked.customer_id
                    )
                    or orders.customer_id = asked.customer_id
                )
            )
            or (
                asked.line_id = 'caused_unused_capacity'
                and assignments.receiver_type = 'capacity'
                and assignments.pool_type = 'process'
                and assignments.pool_id in (
                    select causing_customers.process_id
                    from causing_customers
                    where causing_customers.customer_id = asked.customer_id
                )
            )
        )
),
receivers as (
    select
        pool_type,
        pool_id,
        process_id,
        receiver_id,
        any_value(driver_id) as driver_id,
        max(pool_weight) as pool_weight,
        max(weight) as weight,
        sum(amount) as amount
    from edges
    group by pool_type, pool_id, process_id, receiver_id
)
select
    receivers.process_id
        || case when receivers.pool_type = 'product' then ' of ' || receivers.pool_id else '' end,
    case
        when any_value(asked.line_id) <> 'caused_unused_capacity'
            then format('{{:.12g}} of {{:.12g}} {{}}', sum(coalesce(receivers.weight, 0))::double,
                max(receivers.pool_weight)::double, any_value(receivers.driver_id))
        when any_value(rates.practical_capacity_quantity) < any_value(rates.actual_quantity)
            then format('{{:.12g}} above capacity {{:.12g}} {{}}',
                any_value(rates.actual_quantity - rates.practical_capacity_quantity)::double,
                any_value(rates.practical_capacity_quantity)::double,
                any_value(receivers.driver_id))
        else format('{{:.12g}} of capacity {{:.12g}} {{}} unused',
            any_value(rates.practical_capacity_quantity - rates.actual_quantity)::double,
            any_value(rates.practical_capacity_quantity)::double,
            any_value(receivers.driver_id))
    end,
    -sum(receivers.amount),
    receivers.pool_type,
    receivers.pool_id,
    receivers.process_id
from receivers
cross join asked
left join marts.fct_process_cost_rates_monthly as rates
    on receivers.process_id = rates.process_id and asked.month = rates.month
group by receivers.pool_type, receivers.pool_id, receivers.process_id
order by receivers.process_id, receivers.pool_type, receivers.pool_id
"""

# What a pool got in a month: kind, name, measure, amount. A process, activity or cost centre got it
# from all that charged it; what a process charged to a product is a pool of its own.
_EDGES = """
    select
        pool_type as kind,
        pool_id as name,
        format('{:.1f} %', 100 * max(weight)::double / nullif(max(pool_weight), 0)::double)
            as measure,
        sum(amount) as amount
    from marts.fct_cost_assignments
    where
        month = $month and receiver_type = $kind and receiver_id = $name
        and ($kind <> 'product' or pool_id = $process)
    group by pool_type, pool_id
"""
PARTS = {
    "product": _EDGES,
    "process": _EDGES + " order by kind, name",
    "activity": _EDGES + " order by kind, name",
    "cost_center": _EDGES
    + """
    union all
    select
        'journal',
        'entry ' || entries.entry_id || ' line ' || entries.line_number,
        entries.posted_on || ', account ' || entries.account_id,
        entries.amount
    from core.fct_ledger_entries as entries
    inner join intermediate.int_costing__ledger_lines_classified as lines
        on
            entries.entry_id = lines.entry_id
            and entries.line_number = lines.line_number
    where lines.month = $month and lines.route = 'pool' and lines.cost_center_id = $name
    union all
    select 'journal', 'imputed ' || cost_id, cost_category, monthly_amount
    from intermediate.int_costing__imputed_costs_dated
    where month = $month and route = 'pool' and cost_center_id = $name
    order by kind, name
    """,
}

# What leaves a pool in a month, which is what it holds.
POOL = """
    select coalesce(sum(amount), 0)
    from marts.fct_cost_assignments
    where
        month = $month and pool_type = $kind and pool_id = $name
        and ($kind <> 'product' or process_id = $process)
"""


def parts_of_documents(line_id: str) -> str:
    """Return the query for the documents behind a line: customer, month; '' if none can be.

    What the documents hold is posted only if accounts are controlled by it: without a component of
    the line nothing is found.
    """
    if line_id in _ORDER_LINE_COMPONENTS:
        return _ORDER_LINES.format(line_id=line_id)
    return _OTHER_DOCUMENTS.get(line_id, "")


_ORDER_LINES = """
    select
        'order ' || lines.order_id || ' line ' || lines.line_number,
        format('{{:.12g}} x {{}}', lines.quantity::double, lines.product_id),
        lines.{line_id}_amount * components.profit_sign
    from intermediate.int_contribution__order_lines_costed as lines
    inner join core.dim_customers as customers
        on lines.object_key = customers.customer_key
    inner join intermediate.int_contribution__components as components
        on components.component = '{line_id}'
    where
        lines.object_level = 'customer'
        and customers.customer_id = ?
        and lines.month = ?
        and lines.{line_id}_amount <> 0
    order by lines.order_id, lines.line_number
"""
# What else the documents say of a customer and month, by the line that it feeds.
_OTHER_DOCUMENTS = {
    "order_cost": """
        select
            'order ' || costs.order_id,
            costs.incurred_on || ', ' || costs.cost_type,
            costs.amount * components.profit_sign
        from core.fct_order_costs as costs
        inner join core.dim_customers as customers
            on costs.customer_key = customers.customer_key
        inner join intermediate.int_contribution__components as components
            on components.component = 'order_cost:' || costs.cost_type
        where customers.customer_id = ? and costs.month = ?
        order by costs.order_id, costs.incurred_on, costs.cost_type
    """,
    "cash_discount": """
        select
            'payment ' || payments.payment_id,
            'paid on ' || payments.paid_on,
            (payments.cash_discount_amount - payments.cash_discount_tax_amount)
                * components.profit_sign
        from core.fct_payments as payments
        inner join core.dim_customers as customers
            on payments.customer_key = customers.customer_key
        inner join intermediate.int_contribution__components as components
            on components.component = 'cash_discount'
        where
            customers.customer_id = ?
            and payments.month = ?
            and payments.cash_discount_amount <> 0
        order by payments.payment_id
    """,
}


def parts_of_journal() -> str:
    """Return the query for the journal lines behind a direct line: customer, month, line."""
    return """
        select
            'entry ' || entries.entry_id || ' line ' || entries.line_number,
            entries.posted_on || ', account ' || entries.account_id,
            -entries.amount
        from core.fct_ledger_entries as entries
        inner join intermediate.int_costing__ledger_lines_classified as lines
            on
                entries.entry_id = lines.entry_id
                and entries.line_number = lines.line_number
        inner join core.dim_customers as customers on lines.object_key = customers.customer_key
        where
            lines.object_level = 'customer'
            and lines.route = 'direct'
            and customers.customer_id = ?
            and lines.month = ?
            and lines.line_id = ?
        order by entries.entry_id, entries.line_number
    """


def latest_question() -> str:
    """Return the query for the figure to explain if not all of it is given.

    The processing lines of the last month come first, of those the one with the most cost. A
    subtotal is explained only if it is asked for.
    """
    return f"""
        select figures.customer_id, figures.month, figures.line_id
        from {FIGURES} as figures
        where
            figures.line_id = coalesce($line, figures.line_id)
            and ($line is not null or not figures.is_subtotal)
            and ($customer is null or figures.customer_id = $customer)
            and ($month is null or figures.month = $month)
        order by
            figures.line_id like '%\\_processing' escape '\\' desc,
            figures.month desc,
            figures.amount,
            figures.customer_id
        limit 1
    """
