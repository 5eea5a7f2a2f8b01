"""A journal line followed up: whom it reached in the end, level by level.

The way back of `explain`: ``make explain ENTRY=<entry id> ENTRY_LINE=<number>``. A line of a cost
centre is followed with its cost category and cash-effectiveness, because pools of one kind are
allocated alone: what goes into a pool is held against what goes out, at each step. The largest
receiver is followed. Reads a published database and nothing else.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from orchestration.ops.exits import BadInputError
from orchestration.ops.levels import Level, Part

# What a receiver of one kind is a pool of, in the edges that go out from it.
_POOLS = ("cost_center", "activity", "process", "product")


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A line on a revenue or expense account and where its account's nature sends it."""

    month: date
    account_id: str
    amount: Decimal
    route: str
    line_id: str
    cost_center_id: str | None
    cost_category: str
    is_cash_effective: bool
    object_level: str
    object_id: str


def trace(connection: duckdb.DuckDBPyConnection, entry_id: str, number: int) -> list[Level]:
    """Return the levels from a journal line to those who bear it; amounts are cost, positive.

    Raises ``BadInputError`` if no revenue or expense account has that line.
    """
    line = _journal_line(connection, entry_id, number)
    title = f"entry {entry_id} line {number}, {line.month:%Y-%m}, account {line.account_id}"
    if line.route != "pool":
        return [Level(title, line.amount, (_owner(connection, line),))]
    pool = f"cost center {line.cost_center_id}"
    name = f"{line.cost_category}, {'paid' if line.is_cash_effective else 'not paid'}"
    levels = [Level(title, line.amount, (Part(pool, name, line.amount),))]
    kind, owner, process_id = "cost_center", str(line.cost_center_id), None
    visited: set[tuple[str, str]] = set()
    while kind in _POOLS and (kind, owner) not in visited:
        visited.add((kind, owner))
        of_process = f" of process {process_id}" if process_id else ""
        values = {
            "month": line.month,
            "kind": kind,
            "owner": owner,
            "process": process_id,
            "category": line.cost_category,
            "is_paid": line.is_cash_effective,
        }
        rows = connection.execute(_OUT, values).fetchall()
        if not rows:
            break
        total = connection.execute(_IN, values).fetchone()
        levels.append(
            Level(
                f"{kind.replace('_', ' ')} {owner}{of_process}, {name}",
                Decimal(total[0]) if total else Decimal(0),
                tuple(Part(f"{row[0]} {row[1]}", row[2], Decimal(row[3])) for row in rows),
            )
        )
        received_by = max(rows, key=lambda row: abs(row[3]))
        process_id = owner if received_by[0] == "product" else None
        kind, owner = received_by[:2]
    return levels


def _journal_line(
    connection: duckdb.DuckDBPyConnection, entry_id: str, number: int
) -> JournalLine:
    row = connection.execute(
        """
        select
            lines.month, lines.account_id, -lines.profit_amount, lines.route, lines.line_id,
            lines.cost_center_id, lines.cost_category, lines.is_cash_effective,
            lines.object_level, coalesce(objects.object_id, lines.object_level)
        from intermediate.int_costing__ledger_lines_classified as lines
        left join intermediate.int_contribution__objects as objects
            on lines.object_level = objects.object_level and lines.object_key = objects.object_key
        where lines.entry_id = ? and lines.line_number = ?
        """,
        [entry_id, number],
    ).fetchone()
    if row is None:
        raise BadInputError(
            f"ENTRY: no revenue or expense account has line {number} of entry {entry_id!r}; "
            "core.fct_ledger_entries has all lines"
        )
    return JournalLine(*row)


def _owner(connection: duckdb.DuckDBPyConnection, line: JournalLine) -> Part:
    """Return where a line goes that is no pool's: to its owner, or to what documents say."""
    if line.route != "controlled":
        return Part(f"{line.object_level} {line.object_id}", line.line_id, line.amount)
    row = connection.execute(
        "select control_component from core.dim_ledger_accounts where account_id = ?",
        [line.account_id],
    ).fetchone()
    component = row[0] if row else ""
    return Part(
        f"documents of {component}", "their difference is in rpt_variances_monthly", line.amount
    )


_OUT = """
    select
        receiver_type,
        receiver_id,
        coalesce(format('{:.1f} %', 100 * max(weight)::double
            / nullif(max(pool_weight), 0)::double), any_value(reason), ''),
        sum(amount)
    from marts.fct_cost_assignments
    where
        month = $month and pool_type = $kind and pool_id = $owner
        and ($kind <> 'product' or process_id = $process)
        and cost_category = $category and is_cash_effective = $is_paid
    group by receiver_type, receiver_id
    order by receiver_type, receiver_id
"""

_IN = """
    select coalesce(sum(amount), 0)
    from (
        select amount
        from marts.fct_cost_assignments
        where
            month = $month and receiver_type = $kind and receiver_id = $owner
            and ($kind <> 'product' or pool_id = $process)
            and cost_category = $category and is_cash_effective = $is_paid
        union all
        select amount
        from intermediate.int_costing__cost_center_pools
        where
            $kind = 'cost_center' and month = $month and cost_center_id = $owner
            and cost_category = $category and is_cash_effective = $is_paid
    )
"""
