"""What a customer statement shows: its lines, amounts, subtotals and process costs.

Figures come from the marts as they are; nothing is computed here but totals over months, and what
lines and process costs add up to, to be held against what is published.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from orchestration.ops.exits import BadInputError
from orchestration.ops.explain_queries import CAUSING_CUSTOMERS, SUBTOTALS
from orchestration.reports.published import (
    current_month,
    functional_currency,
    month_of,
    months_of_books,
)

DEFAULT_MONTHS = 12
PROCESS_LINES = (
    "product_processing",
    "order_processing",
    "customer_processing",
    "caused_unused_capacity",
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the statement; a subtotal has lines under it."""

    line_id: str
    name: str
    parent_id: str
    is_subtotal: bool


@dataclass(frozen=True, slots=True)
class ProcessCost:
    """What a process charged to the customer in a month; the amount is a cost, positive."""

    month: date
    line_id: str
    process: str
    driver_id: str
    quantity: Decimal
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """All that stands on a customer's statement; amounts are signed by their effect on profit."""

    customer_id: str
    currency: str
    months: tuple[date, ...]
    lines: tuple[Line, ...]
    amounts: Mapping[tuple[str, date], Decimal]
    processes: tuple[ProcessCost, ...]

    def amount(self, line_id: str, month: date) -> Decimal:
        """Return the amount of a line or the published subtotal of a month."""
        return self.amounts.get((line_id, month), Decimal(0))

    def total(self, line_id: str) -> Decimal:
        """Return what a line or subtotal adds up to over all months."""
        return sum((self.computed(line_id, month) for month in self.months), Decimal(0))

    def computed(self, line_id: str, month: date) -> Decimal:
        """Return the amount of a line, of a subtotal the sum of the lines under it."""
        if not any(line.is_subtotal for line in self.lines if line.line_id == line_id):
            return self.amount(line_id, month)
        under = (line.line_id for line in self.lines if line.parent_id == line_id)
        return sum((self.computed(line, month) for line in under), Decimal(0))

    def missed(self, line_id: str, month: date) -> Decimal:
        """Return what the lines under a subtotal add up to beyond the published one."""
        return self.computed(line_id, month) - self.amount(line_id, month)

    def charged(self, month: date) -> Decimal:
        """Return what all processes charged in a month; a cost, positive."""
        return sum((cost.amount for cost in self.processes if cost.month == month), Decimal(0))

    def stated(self, month: date) -> Decimal:
        """Return the process costs in the statement of a month; a cost, positive."""
        return -sum((self.amount(line, month) for line in PROCESS_LINES), Decimal(0))

    @property
    def differs(self) -> bool:
        """Return whether a subtotal or the process costs of a month do not tie."""
        subtotals = [line.line_id for line in self.lines if line.line_id in SUBTOTALS]
        return any(
            self.charged(month) != self.stated(month)
            or any(self.missed(line, month) for line in subtotals)
            for month in self.months
        )


def figures(
    connection: duckdb.DuckDBPyConnection, customer_id: str, first: str = "", last: str = ""
) -> Figures:
    """Return the figures of a customer from one month to another, as YYYY-MM.

    Without months the twelve up to the last complete one. Raises ``BadInputError`` if the customer
    or a month is not in the books.
    """
    known = connection.execute(
        "select 1 from core.dim_customers where customer_id = ? and customer_key <> 0",
        [customer_id],
    ).fetchone()
    if known is None:
        raise BadInputError(
            f"CUSTOMER: {customer_id!r} is not in core.dim_customers; give the customer's id"
        )
    months = _months(months_of_books(connection), current_month(connection), first, last)
    asked = {"customer": customer_id, "first": months[0], "last": months[-1]}
    return Figures(
        customer_id,
        functional_currency(connection),
        tuple(months),
        _lines(connection),
        _amounts(connection, asked),
        _processes(connection, asked),
    )


def _months(books: list[date], current: date, first: str, last: str) -> list[date]:
    until = month_of("TO", last) if last else current
    since = month_of("FROM", first) if first else None
    if since is None:
        before = [month for month in books if month <= until]
        since = before[-DEFAULT_MONTHS:][0] if before else books[0]
    for name, month in (("FROM", since), ("TO", until)):
        if month not in books:
            raise BadInputError(
                f"{name}: {month:%Y-%m} is not in the books, which hold {books[0]:%Y-%m} to "
                f"{books[-1]:%Y-%m}"
            )
    if since > until:
        raise BadInputError(f"FROM: {since:%Y-%m} is after TO, {until:%Y-%m}")
    return [month for month in books if since <= month <= until]


def _lines(connection: duckdb.DuckDBPyConnection) -> tuple[Line, ...]:
    rows = connection.execute(
        """
        select line_id, line_name, parent_line_id, is_subtotal
        from core.dim_statement_lines
        where line_id in ('net_revenue', 'contribution_1', 'contribution_2') or is_contribution_2
        order by sort_order
        """
    ).fetchall()
    return tuple(Line(*row) for row in rows)


def _amounts(
    connection: duckdb.DuckDBPyConnection, asked: Mapping[str, object]
) -> dict[tuple[str, date], Decimal]:
    """Return lines from the postings and subtotals from the wide statement."""
    rows = connection.execute(
        """
        select line_id, month, amount
        from marts.fct_contribution_lines_monthly
        where object_level = 'customer' and object_id = $customer and month between $first and $last
        """,
        asked,
    ).fetchall()
    amounts = {(line, month): Decimal(amount) for line, month, amount in rows}
    for month, *subtotals in connection.execute(
        """
        select month, net_revenue_amount, contribution_1_amount, contribution_2_amount
        from marts.fct_customer_contribution_monthly
        where customer_id = $customer and month between $first and $last
        """,
        asked,
    ).fetchall():
        for line, amount in zip(SUBTOTALS, subtotals, strict=True):
            amounts[line, month] = Decimal(amount)
    return amounts


def _processes(
    connection: duckdb.DuckDBPyConnection, asked: Mapping[str, object]
) -> tuple[ProcessCost, ...]:
    """Return what each process charged to the customer, itself or by way of a product.

    The rate is what the pool charges for a unit: the pool without spending variance, divided by
    what its weights are divided by. Unused capacity counts in units of capacity that were left.
    """
    rows = connection.execute(
        f"""
        with causing_customers as ({CAUSING_CUSTOMERS}),
        assignments as (
            select
                month, pool_type, pool_id, process_id, receiver_type, receiver_id, driver_id,
                weight, pool_weight, amount, reason
            from marts.fct_cost_assignments
            where
                month between $first and $last
                and stage in ('process_to_object', 'product_to_owner')
        ),
        own_edges as (
            select * from assignments
            where receiver_type = 'customer' and receiver_id = $customer
            union all
            select * from assignments
            where receiver_type = 'order' and receiver_id in (
                select order_id from core.fct_orders where customer_id = $customer
            )
            union all
            select * from assignments
            where receiver_type = 'capacity' and pool_type = 'process' and pool_id in (
                select causing_customers.process_id from causing_customers
                where causing_customers.customer_id = $customer
            )
        ),
        edges as (
            select
                own_edges.*,
                case
                    when own_edges.receiver_type = 'capacity' then 'caused_unused_capacity'
                    else levels.processing_line_id
                end as line_id,
                processes.process_name
                    || case
                        when own_edges.pool_type = 'product' then ', ' || own_edges.pool_id else ''
                    end as process_name
            from own_edges
            left join core.dim_processes as processes
                on own_edges.process_id = processes.process_id
            left join seeds.object_levels as levels
                on processes.object_level = levels.object_level
        ),
        receivers as (
            select
                month, pool_type, pool_id, process_id, line_id, receiver_type, receiver_id,
                any_value(process_name) as process_name,
                any_value(driver_id) as driver_id,
                max(weight) as weight,
                sum(amount) as amount
            from edges
            group by
                month, pool_type, pool_id, process_id, line_id, receiver_type, receiver_id
        ),
        pools as (
            select
                month, pool_type, pool_id, process_id,
                sum(amount) filter (where reason is distinct from 'spending') as amount,
                max(pool_weight) as weight
            from assignments
            group by month, pool_type, pool_id, process_id
        )
        select
            receivers.month,
            receivers.line_id,
            any_value(receivers.process_name),
            coalesce(any_value(receivers.driver_id), ''),
            cast(coalesce(
                sum(case
                    when receivers.receiver_type = 'capacity'
                        then rates.practical_capacity_quantity - rates.actual_quantity
                    else receivers.weight
                end),
                0
            ) as decimal(18, 4)),
            cast(
                coalesce(any_value(pools.amount)::double / nullif(any_value(pools.weight), 0), 0)
                as decimal(18, 8)
            ),
            cast(sum(receivers.amount) as decimal(18, 2))
        from receivers
        inner join pools
            on
                receivers.month = pools.month
                and receivers.pool_type = pools.pool_type
                and receivers.pool_id = pools.pool_id
                and receivers.process_id = pools.process_id
        left join marts.fct_process_cost_rates_monthly as rates
            on
                receivers.pool_type = 'process'
                and receivers.pool_id = rates.process_id
                and receivers.month = rates.month
        group by
            receivers.month, receivers.line_id, receivers.pool_type, receivers.pool_id,
            receivers.process_id
        order by
            receivers.month, receivers.line_id, receivers.pool_type, receivers.pool_id,
            receivers.process_id
        """,
        asked,
    ).fetchall()
    return tuple(ProcessCost(*row) for row in rows)
