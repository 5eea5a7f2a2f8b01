"""Every reason, variance and rejection of the project occurs, and the files show how."""

import csv
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).parents[3]
Connection = duckdb.DuckDBPyConnection


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def reasons(*kinds: str) -> set[str]:
    listed = rows_of(PROJECT / "seeds" / "reference" / "reasons.csv")
    return {row["reason_id"] for row in listed if row["kind"] in kinds}


def truth(extracts: Path, name: str) -> list[dict[str, str]]:
    return rows_of(extracts.parent / "truth" / f"{name}.csv")


def test_every_rejection_has_a_spoiled_row(extracts: Path) -> None:
    notes = {row["note"] for row in truth(extracts, "spoiled_rows")}
    assert notes == reasons("rejected") | {"repeated", "superseded"}


def test_every_unassigned_reason_and_variance_is_explained(extracts: Path) -> None:
    explained = truth(extracts, "reasons")
    assert {row["reason_id"] for row in explained} == reasons("unassigned", "variance")
    readme = (PROJECT / "demo" / "README.md").read_text("utf-8")
    named = reasons("rejected", "unassigned", "variance")
    assert {reason for reason in named if f"`{reason}`" in readme} == named


def test_spoiled_rows_are_where_the_truth_says(extracts: Path) -> None:
    shown = {
        "nul_byte": b"\0",
        "invalid_encoding": b"\xe4",
        "too_many_decimals": b"12.345",
        "out_of_range": b"99999999999999999999.00",
        "malformed_quote": b'"',
        "value_not_allowed": b"",
    }
    for row in truth(extracts, "spoiled_rows"):
        lines = (extracts / row["file_name"]).read_bytes().splitlines()
        line = lines[int(row["record_number"])]
        assert shown.get(row["note"], b"") in line
        width = lines[0].count(b",")
        if row["note"] == "wrong_field_count":
            assert line.count(b",") != width
        elif row["note"] not in ("malformed_quote", "invalid_value"):
            assert line.count(b",") == width
        if row["note"] == "value_not_allowed":
            assert b"midday" in line or b"pro_forma" in line


def test_rejected_rows_stay_below_the_limit(extracts: Path, books: Connection) -> None:
    spoiled = [row for row in truth(extracts, "spoiled_rows") if row["note"] in reasons("rejected")]
    tables = {row["table_name"] for row in spoiled}
    assert "ledger_entries" not in tables
    for table in tables:
        count = sum(row["table_name"] == table for row in spoiled)
        row = books.execute(f"select count(*) from {table}").fetchone()
        assert row is not None and count * 100 < row[0], table


LOST = {
    "unknown_customer": "select 1 from orders anti join customers using (customer_id) "
    "where customer_id is not null",
    "no_customer": "select 1 from orders where customer_id is null",
    "unknown_product": "select 1 from ledger_entries anti join products using (product_id) "
    "where product_id is not null",
    "unknown_product_line": "select 1 from typed_lines anti join products using (product_id)",
    "unknown_order": "select 1 from ledger_entries anti join orders using (order_id) "
    "where order_id is not null",
    "unknown_segment": "select 1 from ledger_entries where segment_id = 'size:giant'",
    "unknown_cost_center": "select 1 from ledger_entries anti join cost_centers "
    "using (cost_center_id) where cost_center_id is not null",
    "no_owner": "select 1 from ledger_entries where account_id = '6010' "
    "and coalesce(segment_id, cost_center_id) is null",
    "no_cost_center": "select 1 from ledger_entries where account_id = '6310' "
    "and cost_center_id is null",
    "no_service_allocation": "select 1 from ledger_entries anti join service_allocations "
    "on cost_center_id = from_cost_center_id semi join cost_centers "
    "on ledger_entries.cost_center_id = cost_centers.cost_center_id and kind = 'service'",
    "no_activity": "select 1 from ledger_entries anti join activities using (cost_center_id) "
    "semi join cost_centers on ledger_entries.cost_center_id = cost_centers.cost_center_id "
    "and kind = 'operating'",
    "no_process": "select 1 from activities anti join activity_processes using (activity_id) "
    "where behaviour = 'induced'",
    "no_standard_cost": "select 1 from typed_lines anti join product_costs "
    "on typed_lines.product_id = product_costs.product_id "
    "and left(typed_lines.recorded_at, 10) >= valid_from where typed_lines.product_id = 'P90001'",
    "volume": "select 1 from ledger_entries anti join order_lines using (product_id) "
    "where account_id = '5000' and product_id = 'P90002'",
    "rebate": "select 1 from ledger_entries where account_id = '4400'",
    "spending": "select 1 from processes where charging_rate_basis = 'standard'",
    "timing": "select 1 from ledger_entries join orders using (order_id) "
    "where account_id = '4000' and left(posted_on, 7) > left(shipped_on, 7)",
}


@pytest.fixture(scope="module")
def with_seeds(books: Connection) -> Connection:
    for path in (PROJECT / "seeds" / "demo").glob("*.csv"):
        books.execute(
            f"create or replace view {path.stem} as "
            f"from read_csv('{path}', header = true, all_varchar = true)"
        )
    return books


@pytest.mark.parametrize("reason", sorted(LOST))
def test_the_files_show_it(with_seeds: Connection, reason: str) -> None:
    assert with_seeds.execute(f"{LOST[reason]} limit 1").fetchone() == (1,)


def test_drivers_that_fail(extracts: Path, books: Connection) -> None:
    months = books.execute(
        "select count(distinct left(occurred_on, 7)), "
        "count(*) filter (where left(occurred_on, 7) = '2024-08') "
        "from activity_events where driver_id = 'inspections'"
    ).fetchone()
    assert months == (35, 0)
    typed = books.execute(
        "select left(occurred_on, 7) as month, sum(quantity::decimal(18, 4)), "
        "min(quantity::decimal(18, 4)), max(quantity::decimal(18, 4)) from ("
        f"select * from read_csv('{extracts}/activity_events/manual.csv', all_varchar = true, "
        "ignore_errors = true) union all by name select * from activity_events"
        ") where driver_id = 'training_sessions' and left(occurred_on, 7) in "
        "('2024-02', '2024-05') group by month order by month"
    ).fetchall()
    cancelled, mixed = typed
    assert cancelled[1:] == (0, -1, 1)
    assert mixed[2] < 0 < mixed[3]
