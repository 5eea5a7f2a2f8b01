"""Sealing a generation and making it current.

The order matters: the database is made complete and durable, then its run record, then the link
is swapped, then the names of people take their place. Whoever is killed before the swap leaves
the old generation in place; what is missing after it is done by the next start.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.ops.exits import CheckFailedError
from orchestration.publishing.files import (
    append_json_line,
    read_json_lines,
    swap_link,
    sync_file,
    sync_folder,
    write_json,
)
from orchestration.publishing.generations import (
    DATABASE,
    RUN_FILE,
    Leftover,
    Warehouse,
    read_run_file,
)

# Views of these schemas read landing files and are of no use to readers of the database.
_FILE_SCHEMAS = ("staging",)


def seal(database: Path) -> None:
    """Make a database complete, self-contained and durable; nobody writes to it afterwards.

    One that is sealed already, by an attempt that was killed before its swap, is only looked at.
    Raises ``CheckFailedError`` if a write-ahead log remains or a view cannot be answered by the
    file alone.
    """
    if not database.stat().st_mode & 0o222:
        assert_answers_under_any_name(database)
        return
    with duckdb.connect(str(database)) as connection:
        for schema, view in _views(connection, database.stem):
            if schema in _FILE_SCHEMAS:
                connection.execute(f'drop view "{schema}"."{view}"')
        connection.execute("checkpoint")
    if database.with_name(database.name + ".wal").exists():
        raise CheckFailedError(f"{database}: a write-ahead log is left after the checkpoint")
    assert_answers_under_any_name(database)
    sync_file(database)
    database.chmod(0o444)
    sync_folder(database.parent)


def assert_answers_under_any_name(database: Path) -> None:
    """Attach a database under a name it never had and bind each of its views."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{_quoted(database)}' as under_another_name (read_only)")
        for schema, view in _views(connection, "under_another_name"):
            try:
                connection.execute(f'select * from under_another_name."{schema}"."{view}" limit 0')
            except duckdb.Error as error:
                raise CheckFailedError(
                    f"view {schema}.{view} cannot be read from the published file alone: {error}"
                ) from error


def publish(warehouse: Warehouse, run_id: str, record: Mapping[str, Any]) -> Path:
    """Make a generation current; return the path of the database that readers open.

    Whatever is raised, the run is published if `current` names it; ``settle`` does the rest. A
    size of the database in ``record`` is replaced by that of the sealed file.
    """
    folder = warehouse.generation(run_id)
    seal(folder / DATABASE)
    if "database_bytes" in record:
        record = {**record, "database_bytes": (folder / DATABASE).stat().st_size}
    write_json(folder / RUN_FILE, record)
    sync_folder(warehouse.generations)
    if warehouse.identities.parent.exists():
        sync_folder(warehouse.identities.parent)
    swap_link(warehouse.current, f"generations/{run_id}")
    settle(warehouse)
    return warehouse.current / DATABASE


def settle(warehouse: Warehouse) -> None:
    """Do what follows from the swap, unless it is done already.

    The published run's names of people take their place, and the run history gets its line.
    """
    current = warehouse.linked(warehouse.current)
    if current is None:
        return
    warehouse.adopt_identities(current)
    outcomes = {line.get("run_id"): line.get("outcome") for line in read_json_lines(warehouse.runs)}
    if outcomes.get(current) != "published":  # a run that was continued has failed before
        record = {"run_id": current, "outcome": "published"}
        append_json_line(warehouse.runs, record | read_run_file(warehouse.generation(current)))


def record_interrupted(
    warehouse: Warehouse, leftovers: list[Leftover], continued: str = ""
) -> None:
    """Write the attempts at runs into the history that could not do so themselves.

    A run that was killed right after its swap is published; all others are ``killed``, that which
    is about to be ``continued`` as well.
    """
    settle(warehouse)
    records = {leftover.run_id: leftover.record for leftover in leftovers}
    if continued:
        records[continued] = read_run_file(warehouse.generation(continued))
    for run_id, record in records.items():
        killed = _as_killed(warehouse, run_id, record)
        if killed is not None:
            append_json_line(warehouse.runs, killed)


def killed_run(warehouse: Warehouse) -> dict[str, Any] | None:
    """Return the record of the run in ``work`` if it was killed and no start has noted that yet.

    To be asked while nobody holds the lock: a run at work has not ended either.
    """
    run_id = warehouse.linked(warehouse.work)
    if run_id is None or run_id == warehouse.linked(warehouse.current):
        return None
    record = read_run_file(warehouse.generation(run_id))
    return _as_killed(warehouse, run_id, record) if record else None


def _as_killed(
    warehouse: Warehouse, run_id: str, record: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the line of an attempt that did not write its own, None if it did.

    Each attempt at a run has a start of its own.
    """
    lines = read_json_lines(warehouse.runs)
    known = {(line.get("run_id"), line.get("started_at")) for line in lines}
    if (run_id, record.get("started_at")) in known:
        return None
    why = {"outcome": "killed", "reason": "ended without saying why"}
    return {"run_id": run_id, **record, **why}


def _views(connection: duckdb.DuckDBPyConnection, database: str) -> list[tuple[str, str]]:
    rows = connection.execute(
        "select schema_name, view_name from duckdb_views() "
        "where database_name = ? and not internal order by all",
        [database],
    ).fetchall()
    return [(str(schema), str(view)) for schema, view in rows]


def _quoted(path: Path) -> str:
    return os.fspath(path).replace("'", "''")
