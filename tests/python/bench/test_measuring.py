"""What benchmarks measure with, and the company that they make."""

import sys
from pathlib import Path

import duckdb
import pytest

from bench.company import write_landing
from bench.measuring import busy_seconds, growth_exponent, read_build, run


def test_what_runs_together_counts_once() -> None:
    assert busy_seconds([(5.0, 6.0), (0.0, 2.0), (1.0, 3.0), (1.5, 2.5)]) == 4.0


@pytest.mark.parametrize("exponent", [0.5, 1.0, 2.0])
def test_growth_is_the_exponent_of_the_size(exponent: float) -> None:
    sizes = [1_000_000, 2_000_000, 4_000_000]
    seconds = [3 * size**exponent for size in sizes]
    assert growth_exponent(sizes, seconds) == pytest.approx(exponent)


def test_growth_needs_two_sizes() -> None:
    with pytest.raises(ValueError, match="more than one size"):
        growth_exponent([5, 5], [1.0, 2.0])


def test_only_execute_timings_count() -> None:
    def timing(name: str, start: int, end: int) -> dict[str, str]:
        second = "2024-01-01T00:00:{:02}.000000Z"
        return {
            "name": name,
            "started_at": second.format(start),
            "completed_at": second.format(end),
        }

    results = {
        "results": [
            {
                "unique_id": "model.p.a",
                "timing": [timing("compile", 0, 9), timing("execute", 9, 12)],
            },
            {"unique_id": "model.p.b", "timing": [timing("execute", 10, 15)]},
            {"unique_id": "model.p.skipped", "timing": []},
        ]
    }
    build = read_build(results)
    assert build.seconds == 6
    assert build.slowest(1) == [("b", 5.0)]
    assert set(build.nodes) == {"a", "b"}


def test_memory_is_that_of_the_process() -> None:
    large = run([sys.executable, "-c", "a = bytearray(200_000_000)"], Path.cwd(), {})
    small = run([sys.executable, "-c", "print('small')"], Path.cwd(), {})
    assert (large.code, small.output) == (0, "small\n")
    assert small.peak_bytes < 150_000_000 < large.peak_bytes


def test_the_company_is_as_large_as_asked_and_always_the_same(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    with duckdb.connect() as connection:
        for folder in folders:
            write_landing(folder, 1_000, connection)

        def rows(folder: Path, table: str) -> list[tuple[object, ...]]:
            path = folder / "extracts" / table / "*.parquet"
            return connection.execute(f"from read_parquet('{path}') order by all").fetchall()

        found = {
            table: [rows(folder, table) for folder in folders]
            for table in ("orders", "order_lines", "activity_events", "ledger_entries")
        }
        balance = connection.execute(
            "select count(*) from (select entry_id from "
            f"read_parquet('{folders[0]}/extracts/ledger_entries/*.parquet') "
            "group by entry_id having sum(amount) <> 0)"
        ).fetchone()
    assert all(one == two for one, two in found.values())
    assert {table: len(one) for table, (one, _) in found.items()} == {
        "orders": 333,
        "order_lines": 1_000,
        "activity_events": 3_000,
        "ledger_entries": 36 * 19,
    }
    assert balance == (0,)
