"""The last runs as tables of this run's landing, so that the warehouse can report on itself.

Every run appends a line to ``audit/runs.jsonl``; a run that was continued has several. The last
word of each of the last runs before this one is landed for both engines.
"""

import json
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import duckdb

from orchestration.landing import sql
from orchestration.ops.causes import public_cause
from orchestration.publishing.files import moment

SYSTEM = "warehouse"
KEPT_RUNS = 30
RUNS, STEPS = "runs", "run_steps"
_RUN_COLUMNS = {
    "run_id": "varchar",
    "company": "varchar",
    "outcome": "varchar",
    "exit_code": "integer",
    "reason": "varchar",
    "started_at": "timestamp",
    "ended_at": "timestamp",
    "total_seconds": "double",
    "attempts": "integer",
    "checks": "bigint",
    "landed_rows": "bigint",
    "rejected_rows": "bigint",
    "landing_bytes": "bigint",
    "database_bytes": "bigint",
}
_STEP_COLUMNS = {
    "run_id": "varchar",
    "step_number": "integer",
    "step_name": "varchar",
    "outcome": "varchar",
    "step_seconds": "double",
}


def land_history(lines: Sequence[dict[str, Any]], landing: Path, but_not: str = "") -> None:
    """Write both tables below ``landing/warehouse``, empty ones without lines.

    ``lines`` is the run history, oldest first; ``but_not`` is the run that is being built.
    """
    last: dict[str, dict[str, Any]] = {}
    attempts: dict[str, int] = {}
    for line in lines:
        run_id = str(line.get("run_id") or "")
        if run_id and run_id != but_not:
            last[run_id] = line
            attempts[run_id] = attempts.get(run_id, 0) + 1
    kept = sorted(last)[-KEPT_RUNS:]
    runs = [_run(last[run_id], attempts[run_id]) for run_id in kept]
    steps = [step for run_id in kept for step in _steps(last[run_id])]
    with duckdb.connect() as connection:
        _write(connection, landing / SYSTEM / RUNS, _RUN_COLUMNS, runs)
        _write(connection, landing / SYSTEM / STEPS, _STEP_COLUMNS, steps)


def _run(line: dict[str, Any], attempts: int) -> dict[str, Any]:
    told = line.get("cause")
    cause = told if isinstance(told, list) else public_cause([str(line.get("reason") or "")])
    row: dict[str, Any] = {name: line.get(name) for name in _RUN_COLUMNS}
    row["started_at"], row["ended_at"] = _utc(line.get("started_at")), _utc(line.get("ended_at"))
    row["total_seconds"] = line.get("seconds")
    row["reason"] = cause[0] if cause else None
    row["attempts"] = attempts
    return row


def _steps(line: dict[str, Any]) -> list[dict[str, Any]]:
    steps = line.get("steps")
    return [
        {
            "run_id": str(line["run_id"]),
            "step_number": number,
            "step_name": step.get("name"),
            "outcome": step.get("outcome"),
            "step_seconds": step.get("seconds"),
        }
        for number, step in enumerate(steps if isinstance(steps, list) else (), start=1)
        if isinstance(step, dict)
    ]


def _utc(text: object) -> str | None:
    """Return a moment as a UTC timestamp without its zone, None if it is not readable."""
    at = moment(text)
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ") if at else None


def _write(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    columns: dict[str, str],
    rows: Sequence[dict[str, Any]],
) -> None:
    """Write rows as one Parquet file with these columns; times are UTC.

    What can't be read as its column's kind is empty: one bad line must not end every night.
    """
    folder.mkdir(parents=True, exist_ok=True)
    declared = ", ".join(f"{sql.name(name)} {kind}" for name, kind in columns.items())
    connection.execute(f"create or replace temp table history ({declared})")
    if rows:
        values = ", ".join(
            f"try_cast(entry ->> {sql.text(name)} as {kind})" for name, kind in columns.items()
        )
        entries = ", ".join(sql.text(json.dumps(row)) for row in rows)
        connection.execute(
            f"insert into history select {values} from (select unnest([{entries}]) as entry)"
        )
    target = sql.text(folder / "part-0001.parquet")
    connection.execute(f"copy (select * from history order by all) to {target} (format parquet)")
