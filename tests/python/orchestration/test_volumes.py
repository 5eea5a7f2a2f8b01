"""What was landed against what is published: which loss of rows stops a night."""

from decimal import Decimal

import pytest

from orchestration.checks.volumes import BY_TABLE, rows_by_table, vanished_rows
from orchestration.landing.results import TableResult

PUBLISHED = {
    "run_id": "20260101-020000-aaaa",
    BY_TABLE: {"extracts.orders": 1200, "extracts.payments": 0, "extracts.write_offs": 9},
}
REQUIRED = {"extracts.orders", "extracts.payments"}


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
    lines = vanished_rows(PUBLISHED, landed(orders=orders), REQUIRED, Decimal(limit))
    assert len(lines) == stops


def test_a_line_names_table_before_after_and_remedy() -> None:
    (line,) = vanished_rows(PUBLISHED, landed(orders=3), REQUIRED, Decimal("50"))
    assert line == (
        "extracts.orders: 3 rows landed, 1,200 in the published run 20260101-020000-aaaa: more "
        "than 50 % of them are gone. Deliver the table again, or raise vanished_row_limit_pct in "
        "company_settings if that is right"
    )


def test_only_required_tables_that_had_rows_are_compared() -> None:
    now = landed(write_offs=0, payments=0, customers=0)
    assert vanished_rows(PUBLISHED, now, {*REQUIRED, "extracts.customers"}, Decimal("50")) == []
    assert vanished_rows({}, landed(orders=0), REQUIRED, Decimal("50")) == []
    assert vanished_rows({BY_TABLE: None}, landed(orders=0), REQUIRED, Decimal("50")) == []


def test_a_record_keeps_rows_by_table() -> None:
    assert rows_by_table(landed(orders=3, payments=0)) == {
        "extracts.orders": 3,
        "extracts.payments": 0,
    }
