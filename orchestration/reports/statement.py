"""A customer's statement (Diagram 3 of the method, section 5) as a spreadsheet with formulas.

``python -m orchestration.reports.statement`` with CUSTOMER, and FROM and TO if wanted, in the
environment. Months stand in columns; lines are values, subtotals formulas, and below them each
subtotal is held against the published one. A second sheet shows the process costs, quantity x
rate. Where one of these differs, the command ends with the exit code of a failed check. The
customer's name is only written with NAMES=1 and a readable identities file.
"""

import hashlib
import os
import re
import sys
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb

from orchestration.ops.exits import BadInputError, ExitCode, NightError
from orchestration.ops.explain_queries import SUBTOTALS
from orchestration.ops.progress import Reporter
from orchestration.ops.settings import PROJECT_ROOT
from orchestration.publishing.generations import Warehouse
from orchestration.reports.book import Book, Page, cell, month_name, span, total_of
from orchestration.reports.published import Published, published, warehouse_of_environment
from orchestration.reports.statement_figures import (
    PROCESS_LINES,
    Figures,
    Line,
    figures,
)

FOLDER = Path("target") / "statements"
STATEMENT = "Statement"
PROCESSES = "Process costs"
_HEADER_ROW = 5
_CENT = Decimal("0.01")
_RATE = Decimal("0.00000001")
_SAFE = re.compile(r"[^A-Za-z0-9_.-]")


def file_name(figures: Figures, name: str = "") -> str:
    """Return the file's name; an id that is no good file name is marked with its hash.

    A statement with the customer's name is another file than the one without, and says so.
    """
    safe = _SAFE.sub("_", figures.customer_id).lstrip(".") or "_"
    if safe != figures.customer_id:
        safe += "-" + hashlib.sha256(figures.customer_id.encode()).hexdigest()[:8]
    named = "_named" if name else ""
    return f"{safe}_{figures.months[0]:%Y-%m}_{figures.months[-1]:%Y-%m}{named}.xlsx"


def write_statement(path: Path, figures: Figures, source: Published, name: str = "") -> None:
    """Write the statement; ``name`` is the customer's, if it may be shown.

    A statement with a name can be read by its owner alone from its first byte on.
    """
    if name:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
    book = Book(path, f"Customer statement {figures.customer_id}", source.created)
    page, processes = book.page(STATEMENT), book.page(PROCESSES)
    for sheet in (page, processes):
        _write_head(sheet, figures, source, name)
    rows = _write_lines(page, figures)
    _write_proof(page, figures, rows)
    _write_processes(processes, figures, rows)
    book.close()


def _write_head(page: Page, figures: Figures, source: Published, name: str) -> None:
    first, last = figures.months[0], figures.months[-1]
    page.text(0, 0, f"{page.name} of customer {figures.customer_id}", "title")
    page.text(1, 0, name or None)
    page.text(2, 0, f"{month_name(first)} to {month_name(last)}, {figures.currency}")
    page.text(3, 0, f"Company {source.company}, run {source.run_id}")


def _write_lines(page: Page, figures: Figures) -> dict[str, int]:
    """Write the lines and subtotals with a total over the months; return the row of each."""
    months = figures.months
    page.text(_HEADER_ROW, 0, "Effect on profit", "header")
    for column, month in enumerate(months, start=1):
        page.text(_HEADER_ROW, column, month_name(month), "header_right")
    page.text(_HEADER_ROW, len(months) + 1, "Total", "header_right")
    rows = {line.line_id: _HEADER_ROW + 1 + n for n, line in enumerate(figures.lines)}
    for line in figures.lines:
        row = rows[line.line_id]
        style = "subtotal" if line.is_subtotal else "money"
        page.text(row, 0, line.name, "bold" if line.is_subtotal else "text")
        for column, month in enumerate(months, start=1):
            amount = figures.computed(line.line_id, month)
            if line.is_subtotal:
                page.formula(row, column, _subtotal(line, figures, rows, column), amount, style)
            else:
                page.number(row, column, amount, style)
        across = f"{cell(row, 1)}:{cell(row, len(months))}"
        page.formula(row, len(months) + 1, total_of([across]), figures.total(line.line_id), style)
    page.widths(38, *[14] * (len(months) + 1))
    page.freeze(_HEADER_ROW + 1, 1)
    page.landscape()
    return rows


def _subtotal(line: Line, figures: Figures, rows: dict[str, int], column: int) -> str:
    """Return the sum of the lines and subtotals right under a subtotal."""
    under = (rows[other.line_id] for other in figures.lines if other.parent_id == line.line_id)
    return _sum_of_rows(under, column)


def _sum_of_rows(rows: Iterable[int], column: int) -> str:
    """Return the formula that adds cells of a column, neighbours as a range."""
    ranges: list[list[int]] = []
    for row in sorted(rows):
        if ranges and ranges[-1][1] == row - 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    names = [
        cell(first, column) if first == last else span(first, column, last)
        for first, last in ranges
    ]
    return total_of(names)


def _write_proof(page: Page, figures: Figures, rows: dict[str, int]) -> None:
    """Hold each subtotal against the published one; a difference is not zero."""
    row = _HEADER_ROW + len(figures.lines) + 2
    page.text(row, 0, "Published subtotals, and what the formulas above miss of them", "header")
    for line in figures.lines:
        if line.line_id not in SUBTOTALS:
            continue
        row += 1
        page.text(row, 0, f"{line.name}, published")
        page.text(row + 1, 0, "difference")
        for column, month in enumerate(figures.months, start=1):
            page.number(row, column, figures.amount(line.line_id, month))
            formula = f"=ROUND({cell(rows[line.line_id], column)}-{cell(row, column)},2)"
            missed = figures.missed(line.line_id, month)
            page.formula(row + 1, column, formula, missed, "difference")
        row += 1


def _write_processes(page: Page, figures: Figures, rows: dict[str, int]) -> None:
    """Write what each process charged, and hold each month's sum against the statement."""
    header = ("Month", "Line", "Process", "Driver", "Quantity", "Rate", "Quantity x rate")
    page.texts(_HEADER_ROW, (*header, "Charged", "Rounding"), "header")
    names = {line.line_id: line.name for line in figures.lines}
    first = row = _HEADER_ROW + 1
    for cost in figures.processes:
        page.texts(
            row, (month_name(cost.month), names.get(cost.line_id), cost.process, cost.driver_id)
        )
        page.number(row, 4, cost.quantity, "quantity")
        page.number(row, 5, cost.rate, "rate")
        # A spreadsheet calculates in binary, where 8.985 is a little less: first back to a decimal.
        product = (cost.quantity * cost.rate).quantize(_RATE, ROUND_HALF_UP)
        product = product.quantize(_CENT, ROUND_HALF_UP)
        page.formula(row, 6, f"=ROUND(ROUND({cell(row, 4)}*{cell(row, 5)},8),2)", product)
        page.number(row, 7, cost.amount)
        page.formula(
            row,
            8,
            f"=ROUND({cell(row, 7)}-{cell(row, 6)},2)",
            cost.amount - product,
            "difference",
        )
        row += 1
    own = [(number, cost.month) for number, cost in enumerate(figures.processes, start=first)]
    row += 1
    page.texts(row, ("Month", "Charged", "In the statement", "Difference"), "header")
    for column, month in enumerate(figures.months, start=1):
        row += 1
        charged, amount = figures.charged(month), figures.stated(month)
        page.text(row, 0, month_name(month))
        charges = _sum_of_rows((number for number, of in own if of == month), 7)
        page.formula(row, 1, charges, charged)
        stated = [cell(rows[line], column, STATEMENT) for line in PROCESS_LINES if line in rows]
        page.formula(row, 2, f"=-SUM({','.join(stated)})", amount)
        page.formula(
            row, 3, f"=ROUND({cell(row, 1)}-{cell(row, 2)},2)", charged - amount, "difference"
        )
    page.widths(12, 26, 30, 20, 14, 16, 16, 14, 10)
    page.landscape()


def customer_name(warehouse: Warehouse, customer_id: str) -> str:
    """Return the customer's name from the identities file; empty if it has none.

    Raises ``BadInputError`` if the file cannot be read.
    """
    path = warehouse.identities
    if not os.access(path, os.R_OK):
        raise BadInputError(f"NAMES: {path} cannot be read; leave NAMES out, or ask its owner")
    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute(
            "select max(customer_name) from customers where customer_id = ?", [customer_id]
        ).fetchone()
    return str(row[0]) if row and row[0] is not None else ""


def _print(figures: Figures, reporter: Reporter) -> None:
    """Print the subtotals of the last months and of all."""
    shown = figures.months[-3:]
    rows = []
    for line in figures.lines:
        if line.is_subtotal:
            amounts = [figures.computed(line.line_id, month) for month in shown]
            amounts.append(figures.total(line.line_id))
            rows.append([line.name, *(f"{amount:,.2f}" for amount in amounts)])
    header = f"{figures.customer_id}, {figures.currency}"
    whole = f"{month_name(figures.months[0])} to {month_name(figures.months[-1])}"
    reporter.table([header, *map(month_name, shown), whole], rows)


def main() -> int:
    """Write the statement that the environment asks for."""
    reporter = Reporter()
    try:
        warehouse = warehouse_of_environment()
        asked = {name: os.environ.get(name, "") for name in ("CUSTOMER", "FROM", "TO", "NAMES")}
        if not asked["CUSTOMER"]:
            raise BadInputError("CUSTOMER: expected a customer's id; not set")
        if asked["NAMES"] not in ("", "0", "1"):
            raise BadInputError(f"NAMES: expected 1 or nothing; found {asked['NAMES']!r}")
        source = published(warehouse)
        with source.open() as connection:
            found = figures(connection, asked["CUSTOMER"], asked["FROM"], asked["TO"])
        name = customer_name(warehouse, found.customer_id) if asked["NAMES"] == "1" else ""
        path = FOLDER / file_name(found, name)
        write_statement(PROJECT_ROOT / path, found, source, name)
        if asked["NAMES"] == "1" and not name:
            reporter.line(f"The identities have no name of customer {found.customer_id}")
    except NightError as error:
        for line in error.lines:
            reporter.line(line, "bold red")
        return int(error.exit_code)
    _print(found, reporter)
    reporter.line(f"Statement: {path}", "bold")
    if found.differs:
        reporter.line("The statement differs from what is published, see there", "bold red")
    return int(ExitCode.CHECK_FAILED if found.differs else ExitCode.PUBLISHED)


if __name__ == "__main__":
    sys.exit(main())
