"""The sign-off sheet of a month: what an accountant checks and signs when a month is closed.

``python -m orchestration.reports.sign_off`` with MONTH in the environment. Every sum and every
difference on it is a formula over the sheets behind it; a difference that is not 0.00, or a month
that is not complete, makes the command end with the exit code of a failed check. Names and dates of
who prepared and reviewed it are filled in by hand.
"""

import os
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.ops.exits import BadInputError, ExitCode, NightError
from orchestration.ops.progress import Reporter
from orchestration.ops.settings import PROJECT_ROOT
from orchestration.reports.book import Book, Page, cell, month_name, span, total_of
from orchestration.reports.published import Published, published, warehouse_of_environment
from orchestration.reports.sign_off_figures import Month, figures_of_month

FOLDER = Path("target") / "sign-off"
BALANCE = "Trial balance"
VARIANCES = "Variances"
UNASSIGNED = "Unassigned"
BREAKS = "Breaks"
REJECTED = "Rejected rows"
# Accounts whose owners come from documents, and what is unassigned for want of a standard cost.
_CONTROLLED = "controlled"
_OF_VARIANCES = "variance"
_FIELDS = ("Prepared by", "Date", "Reviewed by", "Date")


@dataclass(frozen=True, slots=True)
class Tie:
    """Two figures that must be the same to the cent."""

    name: str
    left: Decimal
    right: Decimal

    @property
    def difference(self) -> Decimal:
        """Return what is between them."""
        return self.left - self.right


def ties(month: Month) -> list[Tie]:
    """Return what has to agree in a month."""
    result = _sum(amount for _, amount in month.terms)
    opening, debit, credit, closing, _, profit = (
        _column(month.balances, number) for number in range(5, 11)
    )
    return [
        Tie("Result by term = revenue and expense accounts", result, profit),
        Tie("Debits = credits", debit, credit),
        Tie("Opening balances sum to zero", opening, Decimal(0)),
        Tie("Closing balances sum to zero", closing, Decimal(0)),
        Tie(
            "Variances, no standard cost = ledger - documents",
            _column(month.variances, 6) + _matching(month.unassigned, 1, _OF_VARIANCES, 4),
            _matching(month.balances, 3, _CONTROLLED, 10) - month.documents - month.spending,
        ),
        Tie(
            "Unassigned by reason = what stopped on the way",
            _column(month.unassigned, 4),
            month.stopped,
        ),
    ]


def write_sign_off(path: Path, month: Month, source: Published) -> None:
    """Write the sheet of a month with the sheets behind it."""
    book = Book(path, f"Sign-off {month_name(month.month)}", source.created)
    front = book.page("Sign-off")
    balance, variances = book.page(BALANCE), book.page(VARIANCES)
    unassigned, breaks, rejected = book.page(UNASSIGNED), book.page(BREAKS), book.page(REJECTED)
    _write_balance(balance, month)
    _write_variances(variances, month)
    _write_unassigned(unassigned, month)
    _write_breaks(breaks, month)
    _write_rejected(rejected, month)
    _write_front(front, month, source)
    book.close()


def _write_front(page: Page, month: Month, source: Published) -> None:
    page.text(0, 0, f"Sign-off {month_name(month.month)}, {source.company}", "title")
    facts = (
        ("Amounts", f"{month.currency}, signed by their effect on profit; {month.fiscal}"),
        ("Month complete", "yes" if month.is_complete else "no: its books are not in"),
        ("Run", source.run_id),
        ("Published", f"{source.created:%Y-%m-%d %H:%M} UTC"),
        ("Commit", source.record.get("commit") or "none"),
        ("Checks", f"{source.record.get('checks') or 0} required, all passed"),
        ("Fingerprint of the month", month.fingerprint),
    )
    for row, (name, fact) in enumerate(facts, start=1):
        page.text(row, 0, name, "bold")
        page.text(row, 1, fact)
    row = len(facts) + 2
    row, result = _write_terms(page, month, row)
    row, reasons = _write_reasons(page, month, row)
    row = _write_ties(page, month, row, result, reasons)
    page.text(row, 0, "Documents that contradict each other or the ledger", "header")
    page.number(row, 1, len(month.breaks), "count")
    row += 1
    page.text(row, 0, "Rejected rows of the run, all months", "header")
    names = [span(1, 4, len(month.rejected), REJECTED)] if month.rejected else []
    page.formula(row, 1, total_of(names), _rejected(month), "count")
    row += 2
    for name in _FIELDS:
        page.text(row, 0, name, "bold")
        page.field(row, 1)
        row += 2
    page.widths(46, 20, 20, 16)


def _write_terms(page: Page, month: Month, row: int) -> tuple[int, str]:
    """Write the result by term; return the next row and the cell of the result."""
    page.texts(row, ("Company result by term", "Amount"), "header")
    first = row + 1
    for row, (name, amount) in enumerate(month.terms, start=first):
        page.text(row, 0, name)
        page.number(row, 1, amount)
    row = first + len(month.terms)
    page.text(row, 0, "Company result", "bold")
    total = _sum(amount for _, amount in month.terms)
    page.formula(row, 1, total_of([span(first, 1, row - 1)]), total, "subtotal")
    return row + 2, cell(row, 1)


def _write_reasons(page: Page, month: Month, row: int) -> tuple[int, str]:
    """Write what is unassigned by reason; return the next row and the cell of the sum."""
    page.texts(row, ("Unassigned by reason", "Amount"), "header")
    last = len(month.unassigned)
    sums: dict[str, Decimal] = {}
    for line in month.unassigned:
        sums[line[0]] = sums.get(line[0], Decimal(0)) + line[4]
    first = row + 1
    for row, (reason, amount) in enumerate(sums.items(), start=first):
        page.text(row, 0, reason)
        keys, amounts = span(1, 0, last, UNASSIGNED), span(1, 4, last, UNASSIGNED)
        page.formula(row, 1, f"=SUMIF({keys},{cell(row, 0)},{amounts})", amount)
    row = first + len(sums)
    page.text(row, 0, "Unassigned", "bold")
    names = [span(first, 1, row - 1)] if sums else []
    page.formula(row, 1, total_of(names), _sum(sums.values()), "subtotal")
    return row + 2, cell(row, 1)


def _write_ties(page: Page, month: Month, row: int, result: str, reasons: str) -> int:
    """Write both sides of each tie and their difference; return the next row."""
    page.texts(row, ("Must agree to the cent", "Left", "Right", "Difference"), "header")
    accounts, variances = len(month.balances), len(month.variances)
    columns = {
        name: total_of([span(1, number, accounts, BALANCE)] if accounts else [])
        for name, number in (
            ("opening", 5), ("debit", 6), ("credit", 7), ("closing", 8), ("profit", 10),
        )
    }
    varied = total_of([span(1, 6, variances, VARIANCES)] if variances else [])
    if month.unassigned:
        last = len(month.unassigned)
        sources, amounts = span(1, 1, last, UNASSIGNED), span(1, 4, last, UNASSIGNED)
        varied += f'+SUMIF({sources},"{_OF_VARIANCES}",{amounts})'
    documents, spending = cell(row + 8, 1), cell(row + 9, 1)
    beyond = f"=0-{documents}-{spending}"
    if accounts:
        natures, profits = span(1, 3, accounts, BALANCE), span(1, 10, accounts, BALANCE)
        beyond = f'=SUMIF({natures},"{_CONTROLLED}",{profits})-{documents}-{spending}'
    formulas: list[tuple[str, str]] = [
        (f"={result}", columns["profit"]),
        (columns["debit"], columns["credit"]),
        (columns["opening"], ""),
        (columns["closing"], ""),
        (varied, beyond),
        (f"={reasons}", ""),
    ]
    for (left, right), tie in zip(formulas, ties(month), strict=True):
        row += 1
        page.text(row, 0, tie.name)
        page.formula(row, 1, left, tie.left)
        if right:
            page.formula(row, 2, right, tie.right)
        else:
            page.number(row, 2, tie.right)
        page.formula(
            row, 3, f"=ROUND({cell(row, 1)}-{cell(row, 2)},2)", tie.difference, "difference"
        )
    row += 1
    for name, amount in (
        ("Right of the fifth: documents of controlled accounts", month.documents),
        ("Right of the fifth: spending at standard rates", month.spending),
    ):
        row += 1
        page.text(row, 0, name)
        page.number(row, 1, amount)
    return row + 2


def _write_balance(page: Page, month: Month) -> None:
    """Write the trial balance; the closing balance is a formula."""
    page.texts(
        0,
        (
            "Account", "Name", "Type", "Nature", "Statement line", "Opening", "Debit", "Credit",
            "Closing", "Year to date", "Effect on profit",
        ),
        "header",
    )
    for row, line in enumerate(month.balances, start=1):
        page.texts(row, line[:5])
        for column in (5, 6, 7, 9, 10):
            page.number(row, column, line[column])
        formula = f"={cell(row, 5)}+{cell(row, 6)}-{cell(row, 7)}"
        page.formula(row, 8, formula, line[8])
    last = len(month.balances)
    page.text(last + 1, 1, "Sum", "bold")
    for column in range(5, 11):
        page.formula(
            last + 1,
            column,
            total_of([span(1, column, last)] if last else []),
            _column(month.balances, column),
            "subtotal",
        )
    page.widths(10, 34, 10, 11, 22, *[16] * 6)
    page.freeze(1, 2)
    page.landscape()


def _write_variances(page: Page, month: Month) -> None:
    """Write the register of variances, each with what it means and what to do."""
    page.texts(
        0,
        (
            "Component or process", "Kind", "Accounts", "Ledger", "Documents",
            "No standard cost", "Variance", "What happened", "What to do",
        ),
        "header",
    )
    for row, line in enumerate(month.variances, start=1):
        page.texts(row, line[:3])
        for column in range(3, 7):
            page.number(row, column, line[column])
        page.text(row, 7, line[7], "wrapped")
        page.text(row, 8, line[8], "wrapped")
    page.widths(26, 17, 16, 16, 16, 16, 14, 44, 44)
    page.freeze(1, 0)
    page.landscape()


def _write_unassigned(page: Page, month: Month) -> None:
    """Write what belongs to nobody, each with why and what to do."""
    page.texts(
        0,
        ("Reason", "From", "Source", "Line", "Amount", "What happened", "What to do"),
        "header",
    )
    for row, line in enumerate(month.unassigned, start=1):
        page.texts(row, line[:4])
        page.number(row, 4, line[4])
        page.text(row, 5, line[5], "wrapped")
        page.text(row, 6, line[6], "wrapped")
    page.widths(24, 12, 34, 24, 14, 44, 44)
    page.freeze(1, 0)
    page.landscape()


def _write_breaks(page: Page, month: Month) -> None:
    """Write the documents that contradict each other, or that no account holds."""
    page.texts(0, ("Reason", "Document", "Line", "Amount", "What happened", "What to do"), "header")
    for row, line in enumerate(month.breaks, start=1):
        page.texts(row, line[:2])
        page.number(row, 2, line[2], "count")
        page.number(row, 3, line[3])
        page.text(row, 4, line[4], "wrapped")
        page.text(row, 5, line[5], "wrapped")
    page.widths(28, 24, 8, 14, 44, 44)
    page.freeze(1, 0)
    page.landscape()


def _write_rejected(page: Page, month: Month) -> None:
    """Write the rejected rows of the run by table, reason and currency, which do not add up."""
    page.texts(
        0,
        (
            "Source", "Table", "Reason", "Currency", "Rows", "Amount in it", "What happened",
            "What to do",
        ),
        "header",
    )
    for row, line in enumerate(month.rejected, start=1):
        page.texts(row, line[:4])
        page.number(row, 4, line[4], "count")
        if line[5] is not None:
            page.number(row, 5, line[5])
        page.text(row, 6, line[6], "wrapped")
        page.text(row, 7, line[7], "wrapped")
    page.widths(14, 24, 24, 10, 8, 14, 44, 44)


def _sum(amounts: Any) -> Decimal:
    return sum(amounts, Decimal(0))


def _column(rows: tuple[tuple[Any, ...], ...], number: int) -> Decimal:
    return _sum(row[number] for row in rows)


def _matching(rows: tuple[tuple[Any, ...], ...], key: int, value: str, number: int) -> Decimal:
    """Return the sum of a column over the rows that hold a value."""
    return _sum(row[number] for row in rows if row[key] == value)


def _rejected(month: Month) -> int:
    return sum(line[4] for line in month.rejected)


def print_month(month: Month, source: Published, reporter: Reporter) -> None:
    """Print the result by term and what has to agree."""
    title = f"{month_name(month.month)}, {month.currency}"
    result = _sum(amount for _, amount in month.terms)
    rows = [[name, f"{amount:,.2f}"] for name, amount in month.terms]
    reporter.table([title, "amount"], [*rows, ["Company result", f"{result:,.2f}"]])
    reporter.line()
    reporter.table(
        ["Must agree to the cent", "left", "right", "difference"],
        [
            [tie.name, f"{tie.left:,.2f}", f"{tie.right:,.2f}", f"{tie.difference:,.2f}"]
            for tie in ties(month)
        ],
    )
    # What lacks a standard cost has a row of zero among the variances; it is an unassigned amount.
    variances = sum(1 for row in month.variances if row[6])
    reporter.line()
    reporter.line(
        f"{variances} variances, {len(month.unassigned)} unassigned amounts, "
        f"{len(month.breaks)} breaks, {_rejected(month)} rejected rows in the run; "
        f"{source.record.get('checks')} checks passed"
    )
    reporter.line(f"Run {source.run_id}, fingerprint of the month {month.fingerprint[:16]}")


def exit_code(month: Month) -> ExitCode:
    """Return how the command ends: only a complete month that ties can be signed."""
    fails = not month.is_complete or any(tie.difference for tie in ties(month))
    return ExitCode.CHECK_FAILED if fails else ExitCode.PUBLISHED


def main() -> int:
    """Write the sign-off sheet of the month that the environment asks for."""
    reporter = Reporter()
    try:
        asked = os.environ.get("MONTH", "")
        if not asked:
            raise BadInputError("MONTH: expected a month as YYYY-MM; not set")
        source = published(warehouse_of_environment())
        with source.open() as connection:
            month = figures_of_month(connection, asked)
        path = FOLDER / f"{source.company}_{month_name(month.month)}.xlsx"
        write_sign_off(PROJECT_ROOT / path, month, source)
    except NightError as error:
        for line in error.lines:
            reporter.line(line, "bold red")
        return int(error.exit_code)
    print_month(month, source, reporter)
    reporter.line(f"Sign-off sheet: {path}", "bold")
    if not month.is_complete:
        reporter.line("Month complete: no; it cannot be signed before its books are in", "bold red")
    return int(exit_code(month))


if __name__ == "__main__":
    sys.exit(main())
