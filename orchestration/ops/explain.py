"""One figure of a customer's statement, down to journal lines.

``python -m orchestration.ops.explain`` with CUSTOMER, MONTH and LINE in the environment.
A processing line is followed through the allocation edges: the customer's share of each process,
or of what a process charged to a product, what the process consists of, and so on to the journal
lines of one cost centre. Each level shows its parts, and that they sum to the cent. Other lines are
shown as the documents and journal lines they consist of, a subtotal as what stands under it. With
ENTRY and ENTRY_LINE a journal line is followed the other way (`trace`). Reads a published database
and nothing else.
"""

import os
import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.ops.exits import BadInputError, ExitCode, NightError
from orchestration.ops.explain_queries import (
    FIGURES,
    PARTS,
    POOL,
    PROCESS_PARTS,
    SUBTOTAL_PARTS,
    SUBTOTALS,
    latest_question,
    parts_of_documents,
    parts_of_journal,
)
from orchestration.ops.levels import Level, Part, print_levels
from orchestration.ops.progress import Reporter
from orchestration.ops.settings import Settings
from orchestration.ops.trace import trace
from orchestration.publishing.generations import DATABASE, Warehouse

_ASKED = ("CUSTOMER", "MONTH", "LINE", "ENTRY", "ENTRY_LINE")


@dataclass(frozen=True, slots=True)
class Question:
    """Which figure is asked for."""

    customer_id: str
    month: date
    line_id: str


@dataclass(frozen=True, slots=True)
class _Pool:
    """What is followed: a process, an activity, a cost centre, or a product's of one process."""

    kind: str
    name: str
    process_id: str | None = None

    @property
    def title(self) -> str:
        """Return what the pool is called above its parts."""
        of_process = f" of process {self.process_id}" if self.process_id else ""
        return f"{self.kind.replace('_', ' ')} {self.name}{of_process}"


def explain(connection: duckdb.DuckDBPyConnection, question: Question) -> list[Level]:
    """Return the levels of a figure, from the customer's statement down.

    Raises ``BadInputError`` if the customer has no such line in that month.
    """
    asked = [question.customer_id, question.month, question.line_id]
    row = connection.execute(
        f"select sum(amount) from {FIGURES} where customer_id = ? and month = ? and line_id = ?",
        asked,
    ).fetchone()
    if row is None or row[0] is None:
        raise BadInputError(_alternatives(connection, question))
    total = Decimal(row[0])
    name = f"{question.line_id} of {question.customer_id} in {question.month:%Y-%m}"
    if question.line_id in SUBTOTALS:
        return [Level(name, total, _parts(connection, SUBTOTAL_PARTS, asked), shown=None)]
    charges = connection.execute(PROCESS_PARTS, asked).fetchall()
    documents = parts_of_documents(question.line_id)
    parts = (
        *(Part(row[0], row[1], Decimal(row[2])) for row in charges),
        *(_parts(connection, documents, asked[:2]) if documents else ()),
        *_parts(connection, parts_of_journal(), asked),
    )
    levels = [Level(name, total, parts)]
    if not charges:
        return levels
    kind, name, process_id = max(charges, key=lambda row: abs(row[2]))[3:]
    pool = _Pool(kind, name, process_id if kind == "product" else None)
    return [*levels, *_follow(connection, question.month, pool)]


def _follow(connection: duckdb.DuckDBPyConnection, month: date, pool: _Pool) -> list[Level]:
    """Follow the largest part from level to level until journal lines are reached."""
    levels: list[Level] = []
    visited: set[_Pool] = set()
    while pool not in visited:
        visited.add(pool)
        asked = {
            "month": month, "kind": pool.kind, "name": pool.name, "process": pool.process_id
        }
        rows = connection.execute(PARTS[pool.kind], asked).fetchall()
        if not rows:
            break
        found = tuple(Part(row[1], row[2], Decimal(row[3])) for row in rows)
        held = connection.execute(POOL, asked).fetchone()
        levels.append(Level(pool.title, Decimal(held[0]) if held else Decimal(0), found))
        if any(row[0] == "journal" for row in rows):
            break
        kind, name = max(rows, key=lambda row: abs(row[3]))[:2]
        pool = _Pool(kind, name)
    return levels


def _parts(
    connection: duckdb.DuckDBPyConnection, sql: str, values: list[object]
) -> tuple[Part, ...]:
    rows = connection.execute(sql, values).fetchall()
    return tuple(Part(str(name), str(measure), Decimal(amount)) for name, measure, amount in rows)


def _alternatives(connection: duckdb.DuckDBPyConnection, question: Question) -> str:
    lines = connection.execute(
        f"select distinct line_id from {FIGURES} "
        "where customer_id = ? and month = ? order by line_id",
        [question.customer_id, question.month],
    ).fetchall()
    known = ", ".join(line for (line,) in lines) or "no line at all"
    return (
        f"{question.customer_id} has no line {question.line_id} in {question.month:%Y-%m}; "
        f"it has {known}"
    )


def ask(
    connection: duckdb.DuckDBPyConnection, customer: str = "", month: str = "", line: str = ""
) -> Question:
    """Return the question; what is not given is taken from the figure that tells most.

    Raises ``BadInputError`` if the month is not ``YYYY-MM`` or there is nothing to explain.
    """
    first = None
    if month:
        try:
            first = date.fromisoformat(f"{month[:7]}-01")
        except ValueError:
            raise BadInputError(f"MONTH: expected YYYY-MM; found {month!r}") from None
    row = connection.execute(
        latest_question(), {"customer": customer or None, "month": first, "line": line or None}
    ).fetchone()
    if row is None:
        if customer and first and line:
            return Question(customer, first, line)
        raise BadInputError("there is no such figure; give CUSTOMER, MONTH and LINE")
    return Question(row[0], row[1], row[2])


def main() -> int:
    """Explain the figure that the environment asks for."""
    reporter = Reporter()
    try:
        settings = Settings.from_environment(for_night=False)
        path = Warehouse(settings.absolute(settings.warehouse)).current / DATABASE
        return explain_file(path, reporter)
    except NightError as error:
        for line in error.lines:
            reporter.line(line, "bold red")
        return int(error.exit_code)


def explain_file(path: Path, reporter: Reporter) -> int:
    """Explain a figure, or a journal line, of the database at ``path``."""
    if not path.exists():
        raise BadInputError(f"{path}: nothing is published yet; run `make nightly` first")
    asked = {name: os.environ.get(name, "") for name in _ASKED}
    entry, number = asked.pop("ENTRY"), asked.pop("ENTRY_LINE")
    if entry and any(asked.values()):
        raise BadInputError("ENTRY asks for a journal line, the others for a figure; give one")
    if entry and not number.isdecimal():
        raise BadInputError(f"ENTRY_LINE: expected the number of a line; found {number!r}")
    with duckdb.connect(str(path), read_only=True) as connection:
        if entry:
            levels = trace(connection, entry, int(number))
        else:
            levels = explain(connection, ask(connection, *asked.values()))
    print_levels(levels, reporter)
    wrong = any(level.difference for level in levels)
    return int(ExitCode.CHECK_FAILED if wrong else ExitCode.PUBLISHED)


if __name__ == "__main__":
    sys.exit(main())
