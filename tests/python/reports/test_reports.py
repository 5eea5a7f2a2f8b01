"""Spreadsheets of a made-up month and customer: text stays text, wrong questions are answered."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.ops.exits import BadInputError, ExitCode
from orchestration.ops.progress import Reporter
from orchestration.publishing.generations import Warehouse
from orchestration.reports.published import (
    Published,
    current_month,
    month_of,
    published,
)
from orchestration.reports.sign_off import exit_code, print_month, ties, write_sign_off
from orchestration.reports.sign_off_figures import Month, figures_of_month, fingerprint
from orchestration.reports.statement import STATEMENT, customer_name, file_name, write_statement
from orchestration.reports.statement_figures import Figures, Line, ProcessCost, figures
from tests.python.spreadsheets import Spreadsheet

JANUARY, FEBRUARY = date(2024, 1, 1), date(2024, 2, 1)
LINES = (
    Line("gross_sales", "Customer sales", "net_revenue", False),
    Line("discount", "Discounts", "net_revenue", False),
    Line("net_revenue", "Customer net revenue", "contribution_1", True),
    Line("order_cost", "=1+1", "contribution_1", False),
    Line("contribution_1", "Contribution I", "contribution_2", True),
    Line("order_processing", "@processing", "contribution_2", False),
    Line("contribution_2", "Contribution II", "segment_contribution", True),
)
AMOUNTS = {
    "gross_sales": ("100.10", "50.05"),
    "discount": ("-0.10", "-0.05"),
    "net_revenue": ("100.00", "50.00"),
    "order_cost": ("-7.77", "0.00"),
    "contribution_1": ("92.23", "50.00"),
    "order_processing": ("-3.33", "0.00"),
    "contribution_2": ("88.90", "50.00"),
}
FIGURES = Figures(
    "C1",
    "EUR",
    (JANUARY, FEBRUARY),
    LINES,
    {
        (line, month): Decimal(amount)
        for line, amounts in AMOUNTS.items()
        for month, amount in zip((JANUARY, FEBRUARY), amounts, strict=True)
    },
    (
        ProcessCost(
            JANUARY,
            "order_processing",
            "-handle",
            "+orders",
            Decimal(2),
            Decimal("1.666"),
            Decimal("3.33"),
        ),
    ),
)
MONTH = Month(
    month=JANUARY,
    is_complete=True,
    fiscal="fiscal year 2024, period 1",
    currency="EUR",
    fingerprint="f" * 64,
    terms=(("Customers", Decimal("12.00")), ("Unassigned", Decimal("-2.00"))),
    documents=Decimal("8.75"),
    spending=Decimal("0.50"),
    stopped=Decimal("-2.00"),
    balances=(
        ("1000", "=Bank", "asset", "none", None, *map(Decimal, ("5", "10", "0", "15", "10", "0"))),
        (
            "4000",
            "Sales",
            "revenue",
            "controlled",
            "x",
            *map(Decimal, ("-5", "0", "10", "-15", "-10", "10")),
        ),
    ),
    variances=(
        (
            "gross_sales",
            "unposted",
            "4000",
            Decimal(3),
            Decimal(2),
            Decimal(0),
            Decimal("1.25"),
            "a",
            "b",
        ),
    ),
    unassigned=(
        ("no_owner", "account", "x", "unassigned", Decimal("-1.50"), "a", "b"),
        ("no_standard_cost", "variance", "y", "unassigned", Decimal("-0.50"), "a", "b"),
    ),
    breaks=(("return_without_original", "=R1", 2, Decimal("7.00"), "a", "b"),),
    rejected=(
        ("erp", "orders", "nul_byte", "EUR", 2, Decimal("1.00"), "a", "b"),
        ("erp", "orders", "nul_byte", "USD", 1, Decimal("9.00"), "a", "b"),
        ("erp", "orders", "nul_byte", None, 1, None, "a", "b"),
    ),
)


@pytest.fixture
def source(tmp_path: Path) -> Published:
    return Published(
        tmp_path, {"run_id": "r1", "company": "acme", "ended_at": "2024-02-01T02:00:00+00:00"}
    )


def write(folder: Path, figures: Figures, source: Published, name: str = "") -> Spreadsheet:
    path = folder / "statement.xlsx"
    write_statement(path, figures, source, name)
    return Spreadsheet(path)


def recomputed(book: Spreadsheet) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    """Return each formula's stored and recomputed value."""
    found = {}
    for sheet, name, cell in book.formulas():
        assert isinstance(cell.value, Decimal)
        found[sheet, name] = (cell.value, book.recomputed(sheet, name))
    return found


def test_subtotals_are_formulas_over_the_lines_under_them(
    tmp_path: Path, source: Published
) -> None:
    book = write(tmp_path, FIGURES, source)
    formulas = {cell.formula for _, _, cell in book.formulas()}
    assert {"SUM(B7:B8)", "SUM(B9:B10)", "SUM(C11:C12)"} <= formulas
    assert all(stored == found for stored, found in recomputed(book).values())


def test_half_a_cent_is_rounded_as_in_decimals(tmp_path: Path, source: Published) -> None:
    (cost,) = FIGURES.processes
    half = replace(cost, quantity=Decimal(1), rate=Decimal("8.98500000"), amount=Decimal("8.99"))
    book = write(tmp_path, replace(FIGURES, processes=(half,)), source)
    assert (Decimal("8.99"), Decimal("8.99")) in recomputed(book).values()
    assert all(stored == found for stored, found in recomputed(book).values())


def test_a_wrong_cent_shows_as_a_difference(tmp_path: Path, source: Published) -> None:
    wrong = {**FIGURES.amounts, ("discount", JANUARY): Decimal("-0.11")}
    figures_with_it = replace(FIGURES, amounts=wrong)
    assert figures_with_it.differs and not FIGURES.differs
    book = write(tmp_path, figures_with_it, source)
    different = [(stored, found) for stored, found in recomputed(book).values() if stored != found]
    assert not different
    assert [cell.value for *_, cell in book.formulas()].count(Decimal("-0.01")) == 3


def test_process_costs_that_the_statement_does_not_hold_are_told(
    tmp_path: Path, source: Published
) -> None:
    (cost,) = FIGURES.processes
    twice = replace(FIGURES, processes=(cost, replace(cost, month=FEBRUARY)))
    assert twice.differs
    book = write(tmp_path, twice, source)
    assert all(stored == found for stored, found in recomputed(book).values())
    rows = [cells for cells in book.rows("Process costs") if cells["A"].value == "2024-02"]
    assert [cells["D"].value for cells in rows if "D" in cells][-1] == Decimal("3.33")
    assert replace(FIGURES, processes=()).differs


def test_text_is_never_a_formula(tmp_path: Path, source: Published) -> None:
    book = write(tmp_path, FIGURES, source, name="=cmd|' /C calc'!A0")
    texts = {
        cell.value
        for sheet in book.sheets.values()
        for cell in sheet.values()
        if isinstance(cell.value, str)
    }
    assert {"=1+1", "@processing", "-handle", "+orders", "=cmd|' /C calc'!A0"} <= texts
    assert not any("cmd" in cell.formula or cell.formula == "1+1" for *_, cell in book.formulas())


def test_the_same_figures_give_the_same_bytes(tmp_path: Path, source: Published) -> None:
    hashes = set()
    for name in ("a.xlsx", "b.xlsx"):
        write_statement(tmp_path / name, FIGURES, source)
        hashes.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("customer", "start"),
    [("C1", "C1_2024-01"), ("../../etc/x", "_.._etc_x-"), ("a b", "a_b-"), (".", "_-")],
)
def test_the_file_name_stays_in_its_folder(customer: str, start: str) -> None:
    name = file_name(replace(FIGURES, customer_id=customer))
    assert name.startswith(start) and "/" not in name and name.endswith("_2024-02.xlsx")


def test_a_statement_with_a_name_is_a_private_file_of_its_own(
    tmp_path: Path, source: Published
) -> None:
    names = {file_name(FIGURES), file_name(FIGURES, "Jane Doe")}
    assert names == {"C1_2024-01_2024-02.xlsx", "C1_2024-01_2024-02_named.xlsx"}
    for name, mode in (("", 0o644), ("Jane Doe", 0o600)):
        path = tmp_path / f"{name}.xlsx"
        path.touch()
        path.chmod(0o644)
        write_statement(path, FIGURES, source, name)
        assert path.stat().st_mode & 0o777 == mode


def test_ids_that_look_alike_have_files_of_their_own() -> None:
    names = {file_name(replace(FIGURES, customer_id=name)) for name in ("a/b", "a_b", "a b")}
    assert len(names) == 3


def test_the_sign_off_sheet_recomputes_to_what_it_shows(tmp_path: Path, source: Published) -> None:
    path = tmp_path / "month.xlsx"
    write_sign_off(path, MONTH, source)
    book = Spreadsheet(path)
    assert all(stored == found for stored, found in recomputed(book).values())
    assert all(tie.difference == 0 for tie in ties(MONTH))
    assert book.value("Trial balance", "B2") == "=Bank"
    assert book.value("Sign-off", "A1") == "Sign-off 2024-01, acme"
    assert book.value("Breaks", "B2") == "=R1"
    rejected = [(row["D"].value, row["F"].value) for row in book.rows("Rejected rows")[1:3]]
    assert rejected == [("EUR", Decimal(1)), ("USD", Decimal(9))]


@pytest.mark.parametrize(("complete", "told"), [(True, "yes"), (False, "no: its books are not in")])
def test_the_sheet_says_whether_the_month_is_complete(
    tmp_path: Path, source: Published, complete: bool, told: str
) -> None:
    path = tmp_path / "month.xlsx"
    write_sign_off(path, replace(MONTH, is_complete=complete), source)
    front = {row["A"].value: row["B"].value for row in Spreadsheet(path).rows("Sign-off")[1:8]}
    assert front["Month complete"] == told
    assert (exit_code(replace(MONTH, is_complete=complete)) == ExitCode.PUBLISHED) is complete


@pytest.mark.parametrize(
    "wrong",
    [
        {"terms": (("Customers", Decimal("10.01")),)},
        {"stopped": Decimal("-1.99")},
        {"documents": Decimal("8.74")},
        {"spending": Decimal("0.51")},
        {"variances": ()},
        {"unassigned": MONTH.unassigned[1:]},
        {"balances": MONTH.balances[:1]},
    ],
)
def test_a_month_that_does_not_tie_is_told(
    wrong: dict[str, object], tmp_path: Path, source: Published
) -> None:
    month = replace(MONTH, **wrong)  # type: ignore[arg-type]
    assert any(tie.difference for tie in ties(month))
    assert exit_code(month) == ExitCode.CHECK_FAILED
    path = tmp_path / "month.xlsx"
    write_sign_off(path, month, source)
    differences = [cell["D"].value for cell in Spreadsheet(path).rows("Sign-off") if "D" in cell]
    assert any(isinstance(value, Decimal) and value != 0 for value in differences)


def test_what_lacks_a_standard_cost_is_counted_once(source: Published) -> None:
    zero = ("y", "no_standard_cost", "5000", Decimal("-0.50"), Decimal(0), Decimal("-0.50"))
    month = replace(MONTH, variances=(*MONTH.variances, (*zero, Decimal(0), "a", "b")))
    printed = io.StringIO()
    print_month(month, source, Reporter(printed))
    assert f"{len(MONTH.variances)} variances, 2 unassigned amounts" in printed.getvalue()
    assert exit_code(month) == exit_code(MONTH)


def test_a_month_with_nothing_to_report_can_be_signed(tmp_path: Path, source: Published) -> None:
    path = tmp_path / "month.xlsx"
    empty = replace(
        MONTH,
        terms=(),
        documents=Decimal(0),
        spending=Decimal(0),
        stopped=Decimal(0),
        balances=(),
        variances=(),
        unassigned=(),
        breaks=(),
        rejected=(),
    )
    write_sign_off(path, empty, source)
    assert all(stored == found == 0 for stored, found in recomputed(Spreadsheet(path)).values())


@pytest.fixture
def books() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema core;
            create schema marts;
            create table core.dim_months as
                select month, month = date '2024-02-01' as is_last_complete
                from unnest([date '2024-01-01', date '2024-02-01', date '2024-03-01']) as m(month);
            create schema governance;
            create table governance.rpt_trial_balance_monthly as select
                date '2024-01-01' as month, '4000' as account_id, 0.00 as opening_balance_amount,
                0.00 as debit_amount, 1.00 as credit_amount, 1.00 as profit_amount;
            create table core.dim_customers as select 'C1' as customer_id, 7 as customer_key
                union all select '(unassigned)', 0;
            create table marts.fct_contribution_lines_monthly as select
                'customer' as object_level, 'C1' as object_id, 7 as object_key,
                date '2024-01-01' as month, 'gross_sales' as line_id, 1.00 as amount
            """
        )
        yield connection


@pytest.mark.parametrize(
    ("customer", "first", "last", "told"),
    [
        ("C2", "", "", "CUSTOMER: 'C2' is not in core.dim_customers"),
        ("(unassigned)", "", "", "CUSTOMER: '(unassigned)' is not"),
        ("x' or '1'='1", "", "", "CUSTOMER: \"x' or '1'='1\" is not"),
        ("C1", "2023-12", "", "FROM: 2023-12 is not in the books, which hold 2024-01 to 2024-03"),
        ("C1", "", "2024-04", "TO: 2024-04 is not in the books"),
        ("C1", "2024-02", "2024-01", "FROM: 2024-02 is after TO, 2024-01"),
        ("C1", "2024-03", "", "FROM: 2024-03 is after TO, 2024-02"),
        ("C1", "2024-1", "", "FROM: expected a month as YYYY-MM; found '2024-1'"),
    ],
)
def test_a_question_that_has_no_answer_is_told(
    books: duckdb.DuckDBPyConnection, customer: str, first: str, last: str, told: str
) -> None:
    with pytest.raises(BadInputError) as error:
        figures(books, customer, first, last)
    assert str(error.value).startswith(told)


@pytest.mark.parametrize("month", ["", "2024-13", "2024-01-01", "2024-04", "january"])
def test_a_month_that_cannot_be_signed_is_told(
    books: duckdb.DuckDBPyConnection, month: str
) -> None:
    with pytest.raises(BadInputError, match="MONTH: "):
        figures_of_month(books, month)


def test_the_fingerprint_is_of_the_months_figures(books: duckdb.DuckDBPyConnection) -> None:
    before = fingerprint(books, JANUARY)
    books.execute(
        "insert into marts.fct_contribution_lines_monthly "
        "select * replace (date '2024-02-01' as month) "
        "from marts.fct_contribution_lines_monthly"
    )
    assert fingerprint(books, JANUARY) == before
    books.execute(
        "insert into governance.rpt_trial_balance_monthly "
        "select * replace (date '2024-02-01' as month) from governance.rpt_trial_balance_monthly"
    )
    assert fingerprint(books, JANUARY) == before
    books.execute("update marts.fct_contribution_lines_monthly set amount = 1.01")
    postings = fingerprint(books, JANUARY)
    assert postings != before
    books.execute("update governance.rpt_trial_balance_monthly set debit_amount = 0.01")
    assert fingerprint(books, JANUARY) != postings


def test_the_current_month_is_the_last_complete_one(books: duckdb.DuckDBPyConnection) -> None:
    assert current_month(books) == FEBRUARY
    books.execute("update core.dim_months set is_last_complete = false")
    assert current_month(books) == date(2024, 3, 1)
    books.execute("delete from core.dim_months")
    with pytest.raises(BadInputError):
        current_month(books)


def test_without_a_published_generation_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="nothing is published yet"):
        published(Warehouse(tmp_path))


def test_names_need_the_identities_file(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    with pytest.raises(BadInputError, match="NAMES: "):
        customer_name(warehouse, "C1")
    warehouse.identities.parent.mkdir()
    with duckdb.connect(str(warehouse.identities)) as connection:
        connection.execute(
            "create table customers as select 'C1' as customer_id, 'Ann' as customer_name"
        )
    assert customer_name(warehouse, "C1") == "Ann"
    assert customer_name(warehouse, "C2") == ""


def test_a_month_is_read_strictly() -> None:
    assert month_of("MONTH", "2024-01") == JANUARY
    assert STATEMENT == "Statement"
