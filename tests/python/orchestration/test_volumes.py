"""What was landed against what is published: which loss of rows stops a night."""

from decimal import Decimal

import pytest

from orchestration.checks.volumes import BY_TABLE, published_rows, rows_by_table, vanished_rows
from orchestration.landing.results import TableResult
from orchestration.ops.dry_run import tables_told

PUBLISHED = {
    "run_id": "20260101-020000-aaaa",
    BY_TABLE: {"extracts.orders": 1200, "extracts.payments": 0, "extracts.write_offs": 9},
}


def landed(**rows: int) -> list[TableResult]:
    return [
        TableResult("extracts", name, 1, number, number, 0, 0, 0, 100, 0.1, False)
        for name, number in rows.items()
    ]


@pytest.mark.parametrize(
    ("orders", "limit", "stops"),
    [
        (1200, "50", False),
        (5000, "50", False),
        (600, "50", False),
        (599, "50", True),
        (0, "50", True),
        (0, "99.9", True),
        (0, "100", False),
        (1199, "0", True),
        (1200, "0", False),
    ],
)
def test_rows_may_vanish_up_to_the_limit(orders: int, limit: str, stops: bool) -> None:
    lines = vanished_rows(PUBLISHED, landed(orders=orders), Decimal(limit))
    assert len(lines) == stops


def test_a_line_names_table_before_after_and_remedy() -> None:
    (line,) = vanished_rows(PUBLISHED, landed(orders=3), Decimal("50"))
    assert line == (
        "extracts.orders: 3 rows landed, 1,200 in the published run 20260101-020000-aaaa: more "
        "than 50 % of them are gone. Deliver the table again, whole; if so few are right, raise "
        "vanished_row_limit_pct in company_settings for one night (100 lets a table vanish)"
    )


@pytest.mark.parametrize(
    ("write_offs", "limit", "stops"),
    [(9, "50", False), (5, "50", False), (4, "50", True), (0, "50", True), (0, "100", False)],
)
def test_a_table_that_nobody_requires_may_not_vanish_either(
    write_offs: int, limit: str, stops: bool
) -> None:
    """An account without its opening balance opens at zero, and every identity holds of that."""
    lines = vanished_rows(PUBLISHED, landed(write_offs=write_offs), Decimal(limit))
    assert len(lines) == stops
    assert all(line.startswith(f"extracts.write_offs: {write_offs} rows") for line in lines)


def test_what_had_no_rows_can_lose_none() -> None:
    assert vanished_rows(PUBLISHED, landed(payments=0, customers=0), Decimal("50")) == []
    assert vanished_rows({}, landed(orders=0), Decimal("50")) == []
    assert vanished_rows({BY_TABLE: None}, landed(orders=0), Decimal("50")) == []


def test_a_dry_run_lists_what_has_rows_or_had_some() -> None:
    tables = landed(orders=1300, payments=0, write_offs=0, customers=4)
    assert [line[:4] for line in tables_told(tables, published_rows(PUBLISHED))] == [
        ["extracts.orders", "1,200", "1,300", "1,300"],
        ["extracts.write_offs", "9", "0", "0"],
        ["extracts.customers", "0", "4", "4"],
    ]


def test_a_record_keeps_rows_by_table() -> None:
    assert rows_by_table(landed(orders=3, payments=0)) == {
        "extracts.orders": 3,
        "extracts.payments": 0,
    }
