"""The run history as landed tables: the last word of each of the last runs, without values."""

from pathlib import Path
from typing import Any

import duckdb

from orchestration.ops.history import KEPT_RUNS, land_history


def read(folder: Path, table: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        cursor = connection.execute(
            f"select * from read_parquet('{folder}/warehouse/{table}/*.parquet') order by all"
        )
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def line(number: int, outcome: str = "published", **more: Any) -> dict[str, Any]:
    return {
        "run_id": f"202601{number:02}-020000-aaaa",
        "company": "demo",
        "outcome": outcome,
        "started_at": f"2026-01-{number:02}T03:00:00+01:00",
        **more,
    }


def test_the_last_word_of_a_run_counts_and_its_attempts(tmp_path: Path) -> None:
    step = {"name": "landing", "seconds": 1.5, "outcome": "ok", "note": ""}
    land_history(
        [
            line(1, "failed", exit_code=5, reason="disk", steps=[step]),
            line(2, "failed", reason="Could not convert string 'Jane Doe' | row"),
            line(1, exit_code=0, seconds=60.5, database_bytes=7, steps=[step, step]),
            {"torn": True},
        ],
        tmp_path,
        but_not="20260105-020000-aaaa",
    )
    first, second = read(tmp_path, "runs")
    assert (first["outcome"], first["attempts"], first["exit_code"]) == ("published", 2, 0)
    assert (first["total_seconds"], first["database_bytes"]) == (60.5, 7)
    assert str(first["started_at"]) == "2026-01-01 02:00:00", "in UTC"
    assert first["reason"] is None and second["exit_code"] is None
    assert second["reason"] == "Could not convert string ..."
    steps = read(tmp_path, "run_steps")
    assert [(row["step_number"], row["step_name"]) for row in steps] == [
        (1, "landing"),
        (2, "landing"),
    ]


def test_a_line_that_is_not_what_it_should_be_costs_its_fields_only(tmp_path: Path) -> None:
    steps: list[Any] = ["x", {"name": "landing", "seconds": "soon"}]
    bad = line(1, seconds="abc", exit_code="", checks=[1], cause="text", steps=steps)
    land_history([bad, line(2, steps=3), line(3, cause={"a": 1})], tmp_path)
    first, _, third = read(tmp_path, "runs")
    assert (first["total_seconds"], first["exit_code"], first["checks"]) == (None, None, None)
    assert first["outcome"] == "published" and first["reason"] is None
    assert third["reason"] is None
    (step,) = read(tmp_path, "run_steps")
    assert (step["step_name"], step["step_seconds"]) == ("landing", None)


def test_only_the_last_runs_before_this_one_are_landed(tmp_path: Path) -> None:
    lines = [line(number) for number in range(1, 32)]
    lines += [{**line(1), "run_id": "20260201-020000-aaaa"}]
    land_history(lines, tmp_path, but_not="20260201-020000-aaaa")
    runs = [row["run_id"] for row in read(tmp_path, "runs")]
    assert len(runs) == KEPT_RUNS
    assert runs[0] == "20260102-020000-aaaa" and runs[-1] == "20260131-020000-aaaa"


def test_without_a_history_the_tables_are_empty_and_typed(tmp_path: Path) -> None:
    land_history([], tmp_path)
    assert read(tmp_path, "runs") == [] and read(tmp_path, "run_steps") == []
    with duckdb.connect() as connection:
        types = dict(
            connection.execute(
                "select column_name, column_type from (describe select * from "
                f"read_parquet('{tmp_path}/warehouse/runs/*.parquet'))"
            ).fetchall()
        )
    assert types["started_at"] == "TIMESTAMP" and types["exit_code"] == "INTEGER"
