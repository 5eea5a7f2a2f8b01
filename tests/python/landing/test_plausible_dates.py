"""Dates that make months: one that is absurd is a rejected row and never a calendar."""

import re
from datetime import date

import pytest

from orchestration.landing.declarations import read_system
from orchestration.landing.land import LandingRules
from orchestration.landing.results import TableResult
from tests.python.landing.company import GOOD, LENIENT, PROJECT_ROOT, Company

BOUNDS = [
    ("0202-05-01", True),
    ("1989-12-31", True),
    ("1990-01-01", False),
    ("2100-12-31", False),
    ("2101-01-01", True),
]


@pytest.mark.parametrize(("day", "is_absurd"), BOUNDS)
@pytest.mark.parametrize("kind", ["csv", "typed", "timestamp", "text"])
def test_an_absurd_date_is_a_rejected_row(
    company: Company, day: str, is_absurd: bool, kind: str
) -> None:
    company.add("orders", f"O9,C1,{day},EUR")
    if kind != "csv":
        types = {"typed": "date", "timestamp": "timestamp", "text": "varchar"}
        csv = f"read_csv('{company.extracts}/orders.csv', all_varchar = true)"
        company.write_parquet(
            "orders",
            f"select * replace (cast(cast(ordered_on as date) as {types[kind]}) as ordered_on) "
            f"from {csv}",
        )
    assert company.errors(LENIENT) == []
    assert [row[3:5] for row in company.rejected()] == (
        [("implausible_date", "ordered_on")] if is_absurd else []
    )
    assert len(company.rows("orders")) == (2 if is_absurd else 3)


def test_the_bounds_are_settings(company: Company) -> None:
    rules = LandingRules(
        "EUR",
        LENIENT.rejected_row_limit_pct,
        first_plausible_date=date(2024, 1, 6),
        last_plausible_date=date(2024, 1, 19),
    )
    assert company.errors(rules) == []
    assert {row[:1] + row[3:5] for row in company.rejected()} == {
        ("invoices", "implausible_date", "issued_on"),
        ("ledger_entries", "implausible_date", "posted_on"),
        ("orders", "implausible_date", "ordered_on"),
        ("payments", "implausible_date", "paid_on"),
    }
    assert company.rows("orders", "order_id") == [("O2",)]
    assert len(company.rows("activity_events")) == 1


def test_a_rejected_ledger_line_stops_the_load_and_names_its_entry(company: Company) -> None:
    header, first, second = GOOD["ledger_entries"]
    company.write("ledger_entries", [header, first.replace("2024-", "2204-"), second])
    (error,) = company.errors(LENIENT)
    assert error == "ledger_entries: : entry_id J1 to sum to zero: a sum of -34.80"


def test_the_limit_of_rejected_rows_counts_them(company: Company) -> None:
    company.add("orders", "O9,C1,0202-05-01,EUR")
    (error,) = company.errors()
    assert "1 implausible_date in ordered_on" in error


def test_an_absurd_date_is_never_used_in_place(company: Company) -> None:
    row = (
        "select 'I1' as invoice_id, date '{}' as written_off_on, "
        "1.00::decimal(18,2) as amount, null::timestamp as recorded_at"
    )
    for day, is_in_place in (("2024-01-01", True), ("0202-05-01", False)):
        company.write_parquet("write_offs", row.format(day))
        tables: dict[str, TableResult] = {t.table: t for t in company.land(LENIENT).tables}
        assert tables["write_offs"].is_in_place is is_in_place
        assert tables["write_offs"].rejected_rows == int(not is_in_place)


def test_a_date_that_makes_no_month_is_free(company: Company) -> None:
    header, line = GOOD["invoices"]
    company.write("invoices", [header, line.replace("2024-02-04", "9999-12-31")])
    company.write(
        "customers", [line.replace("2024-01-02", "1901-01-01") for line in GOOD["customers"]]
    )
    assert company.errors() == []
    assert company.rejected() == []


def test_every_date_of_the_calendar_is_declared_as_one() -> None:
    """What `dim_months` reads of the extract contract, and where AdventureWorks has it from."""
    text = (PROJECT_ROOT / "models" / "core" / "dim_months.sql").read_text("utf-8")
    read = re.findall(r"min\((\w+)\) as first_on.*?staged\('(\w+)'\)", text, re.DOTALL)
    assert len(read) == 8
    plain = read_system(PROJECT_ROOT, "extracts")
    for column, table in read:
        declared = plain.table(table)
        assert declared and getattr(declared.column(column), "is_economic_date", False), column
    other = read_system(PROJECT_ROOT, "adventureworks")
    assert {
        f"{table.name}.{column.name}"
        for table in other.tables
        for column in table.columns
        if column.is_economic_date
    } == {
        "fact_internet_sales.OrderDate",
        "fact_internet_sales.ShipDate",
        "fact_reseller_sales.OrderDate",
        "fact_reseller_sales.ShipDate",
        "fact_finance.Date",
    }
