"""The accountants' spreadsheets of whole companies: recomputed, and held against SQL."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.ops.explain_queries import SUBTOTALS
from orchestration.publishing.generations import Warehouse
from orchestration.reports.published import Published, current_month
from orchestration.reports.published import published as current
from orchestration.reports.sign_off import ties, write_sign_off
from orchestration.reports.sign_off_figures import figures_of_month, fingerprint
from orchestration.reports.statement import PROCESSES, STATEMENT, write_statement
from orchestration.reports.statement_figures import figures
from tests.python.spreadsheets import Cell, Spreadsheet

_CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def source(published: Path) -> Published:
    """Return the published generation of a company."""
    return current(Warehouse(published.parents[1]))


def customers(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return customers whose statements have most of each line, and the worst one."""
    rows = connection.execute(
        "select max_by(object_id, abs(amount)) from marts.fct_contribution_lines_monthly "
        "where object_level = 'customer' group by line_id union "
        "select min_by(customer_id, contribution_2_amount) "
        "from marts.fct_customer_contribution_monthly"
    ).fetchall()
    return sorted(customer for (customer,) in rows)


def assert_formulas_hold(book: Spreadsheet) -> None:
    """Assert that each formula comes to the value stored beside it."""
    checked = 0
    for sheet, name, stored in book.formulas():
        found = book.recomputed(sheet, name).quantize(_CENT)
        assert isinstance(stored.value, Decimal)
        assert found == stored.value.quantize(_CENT), f"{sheet} {name}: {stored.formula}"
        checked += 1
    assert checked > 30


def labelled(book: Spreadsheet, sheet: str, label: str) -> list[Decimal]:
    """Return the numbers beside each row of a label."""
    return [
        cell.value
        for row in book.rows(sheet)
        if (first := row.get("A")) is not None and first.value == label
        for letters, cell in row.items()
        if letters != "A" and isinstance(cell.value, Decimal)
    ]


def test_a_customers_statement_is_the_published_one(
    connection: duckdb.DuckDBPyConnection, source: Published, tmp_path: Path
) -> None:
    asked = customers(connection)
    assert len(asked) >= 3
    for number, customer in enumerate(asked):
        path = tmp_path / f"{number}.xlsx"
        found = figures(connection, customer)
        assert found.months[-1] == current_month(connection) and not found.differs
        write_statement(path, found, source)
        book = Spreadsheet(path)
        assert_formulas_hold(book)
        names = {line.line_id: line.name for line in found.lines}
        for subtotal in SUBTOTALS:
            rows = connection.execute(
                f"select month, {subtotal}_amount from marts.fct_customer_contribution_monthly "
                "where customer_id = ? and month between ? and ?",
                [customer, found.months[0], found.months[-1]],
            ).fetchall()
            amounts = dict(rows)
            wanted = [amounts.get(month, Decimal(0)) for month in found.months]
            assert labelled(book, STATEMENT, names[subtotal]) == [*wanted, sum(wanted)]
        assert set(labelled(book, STATEMENT, "difference")) == {Decimal(0)}
        header = [row["A"].value for row in book.rows(PROCESSES) if "A" in row]
        for month in found.months:
            charged = [row for row in book.rows(PROCESSES) if _is_sum(row, month)]
            assert len(charged) == 1 and charged[0]["D"].value == 0, customer
        assert header.count("Month") == 2
        costs = [cost for cost in found.processes if cost.line_id != "caused_unused_capacity"]
        assert all(cost.quantity != 0 and cost.rate != 0 for cost in costs)


def _is_sum(row: Mapping[str, Cell], month: date) -> bool:
    empty = Cell(None)
    first, second = row.get("A", empty), row.get("B", empty)
    return first.value == f"{month:%Y-%m}" and second.formula != "" and "E" not in row


def test_quantity_times_rate_is_what_was_charged_but_for_rounding(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    for customer in customers(connection):
        for cost in figures(connection, customer).processes:
            # Each pool and each receiver rounds once; a product has many receivers.
            assert abs(cost.quantity * cost.rate - cost.amount) < Decimal("0.50"), cost


def test_the_sign_off_sheet_ties(
    connection: duckdb.DuckDBPyConnection, source: Published, tmp_path: Path
) -> None:
    months = connection.execute(
        "select month from marts.rpt_company_result_monthly group by month "
        "having sum(abs(amount)) > 0 order by month"
    ).fetchall()
    for (month,) in months:
        assert not any(
            tie.difference for tie in ties(figures_of_month(connection, f"{month:%Y-%m}"))
        ), month
    for (month,) in (months[0], months[-1]):
        path = tmp_path / f"{month}.xlsx"
        found = figures_of_month(connection, f"{month:%Y-%m}")
        write_sign_off(path, found, source)
        book = Spreadsheet(path)
        assert_formulas_hold(book)
        front = "Sign-off"
        ledger = connection.execute(
            "select coalesce(-sum(amount), 0) from core.fct_ledger_entries "
            "inner join core.dim_ledger_accounts "
            "using (account_id) where is_profit_and_loss and month = ?",
            [month],
        ).fetchone()
        assert ledger is not None
        tie = labelled(book, front, "Result by term = revenue and expense accounts")
        assert tie == [ledger[0], ledger[0], 0]
        for label in (
            "Debits = credits",
            "Opening balances sum to zero",
            "Closing balances sum to zero",
            "Variances, no standard cost = ledger - documents",
            "Unassigned by reason = what stopped on the way",
        ):
            left, right, difference = labelled(book, front, label)
            assert left == right and difference == 0
        rejected = connection.execute("select count(*) from governance.rpt_rejected_rows")
        row = rejected.fetchone()
        assert row is not None
        assert labelled(book, front, "Rejected rows of the run, all months") == [row[0]]
        texts = {cell.value for cells in book.rows(front) for cell in cells.values()}
        assert {source.run_id, source.record["commit"], fingerprint(connection, month)} <= texts
        assert {"Prepared by", "Reviewed by"} <= texts


def test_every_reason_has_a_remedy(connection: duckdb.DuckDBPyConnection) -> None:
    row = connection.execute(
        "select count(*), count(*) filter (where coalesce(trim(remedy), '') = '' "
        "or coalesce(trim(description), '') = '') from ("
        "select remedy, description from governance.rpt_unassigned_monthly union all "
        "select remedy, description from governance.rpt_variances_monthly union all "
        "select remedy, description from governance.rpt_rejected_rows union all "
        "select remedy, description from seeds.reasons)"
    ).fetchone()
    assert row is not None and row[0] > 20 and row[1] == 0
