"""The assumptions fit the extracts and pass the project's own rules, at any scale."""

import csv
from decimal import Decimal
from pathlib import Path

import duckdb

from demo.__main__ import main
from orchestration.landing.assumptions import compose

PROJECT = Path(__file__).parents[3]
SEEDS = PROJECT / "seeds" / "demo"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_rules_between_seeds_hold(tmp_path: Path) -> None:
    assert compose("demo", tmp_path / "assumptions", PROJECT) == []


def test_every_account_is_classified_and_every_centre_known(
    books: duckdb.DuckDBPyConnection,
) -> None:
    accounts = {
        row[0] for row in books.execute("select account_id from ledger_accounts").fetchall()
    }
    assert accounts == {row["account_id"] for row in rows_of(SEEDS / "account_classification.csv")}
    centres = {
        row[0] for row in books.execute("select cost_center_id from cost_centers").fetchall()
    }
    used = {row["cost_center_id"] for row in rows_of(SEEDS / "activities.csv")}
    for row in rows_of(SEEDS / "service_allocations.csv"):
        used |= {row["from_cost_center_id"], row["to_cost_center_id"]}
    assert used <= centres


def test_every_driver_is_fed_and_every_event_wanted(books: duckdb.DuckDBPyConnection) -> None:
    rows = books.execute("select distinct driver_id from activity_events").fetchall()
    events = {row[0] for row in rows}
    derived = {row["driver_id"] for row in rows_of(SEEDS / "derived_drivers.csv")}
    used = {row["driver_id"] for row in rows_of(SEEDS / "processes.csv")}
    assert used == events | derived
    assert not events & derived


def test_all_options_have_minutes(books: duckdb.DuckDBPyConnection) -> None:
    rows = books.execute("select distinct option_id from event_options").fetchall()
    minutes = {row["option_id"] for row in rows_of(SEEDS / "time_equations.csv")}
    assert {row[0] for row in rows} == minutes - {"base"}


def test_seeds_for_another_scale_differ_in_amounts_only(tmp_path: Path) -> None:
    copy = tmp_path / "seeds"
    out = tmp_path / "extracts"
    assert main(["--out", str(out), "--scale", "0.04", "--seeds", str(copy)]) == 0
    assert {path.name for path in copy.iterdir()} == {path.name for path in SEEDS.iterdir()}
    for path in SEEDS.glob("*.csv"):
        one, two = rows_of(path), rows_of(copy / path.name)
        assert len(one) == len(two)
        changed = {name for a, b in zip(one, two, strict=True) for name in a if a[name] != b[name]}
        assert changed <= {"practical_capacity_quantity", "monthly_amount", "value"}
    capacity = {
        row["process_id"]: Decimal(row["practical_capacity_quantity"])
        for row in rows_of(copy / "process_capacities.csv")
        if row["valid_from"] == "2023-01-01"
    }
    assert capacity["order_handling"] == 600
    assert capacity["goods_procurement"] == 133
