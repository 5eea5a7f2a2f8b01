"""Writing the contract's tables: a folder of parts or one file, as Parquet or CSV.

DuckDB formats and writes what numpy computed. Which tables exist and what their columns are is in
`tables`.
"""

import csv
import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from demo.frames import Frame, size
from demo.late import MACROS as LATE
from demo.naming import MACROS
from demo.tables import MACROS as LISTS

_CSV = "format csv, header, timestampformat '%Y-%m-%dT%H:%M:%SZ'"

_CONTROLLED = {
    "ledger_entries": ("amount",),
    "invoices": ("amount", "tax_amount"),
    "payments": ("amount",),
    "order_lines": ("gross_amount", "discount_amount"),
}
"""The columns whose sums the manifest gives, by table."""


class Writer:
    """One run's output folder and the connection that formats its rows."""

    def __init__(self, folder: Path) -> None:
        """Start an empty output folder."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
        for statement in (*MACROS.split(";"), *LISTS.split(";"), LATE):
            if statement.strip():
                self._connection.execute(statement)
        self._parts: dict[str, int] = {}

    def part(self, table: str, select: str, suffix: str = "parquet", **frames: Frame) -> None:
        """Write the rows of a select over frames as the next part of a table, if there are any."""
        first = next(iter(frames.values()))
        if size(first):
            number = self._parts[table] = self._parts.get(table, 0) + 1
            self.file(f"{table}/part-{number:04d}.{suffix}", select, **frames)

    def file(self, label: str, select: str, **frames: Frame) -> None:
        """Write the rows of a select over frames as one file."""
        path = self.folder / label
        path.parent.mkdir(parents=True, exist_ok=True)
        for name, frame in frames.items():
            self._connection.register(name, frame)
        options = _CSV if path.suffix == ".csv" else "format parquet"
        self._connection.execute(f"copy ({select}) to '{path.as_posix()}' ({options})")
        for name in frames:
            self._connection.unregister(name)

    def rows(self, label: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Write a small CSV file row by row; it is dealt out at once, never kept in memory."""
        path = self.folder / label
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)

    def again(self, label: str, copy: str) -> None:
        """Deliver a file a second time, under another name."""
        shutil.copyfile(self.folder / label, self.folder / copy)

    def to_parquet(self, csv_label: str, label: str, columns: str) -> None:
        """Turn a CSV file just written into typed Parquet and remove it."""
        source, target = self.folder / csv_label, self.folder / label
        self._connection.execute(
            f"copy (select {columns} from read_csv('{source.as_posix()}', header = true, "
            f"all_varchar = true)) to '{target.as_posix()}' (format parquet)"
        )
        source.unlink()

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def write_manifest(folder: Path) -> None:
    """Write `manifest.json`: for each file its rows, SHA-256 and control totals."""
    connection = duckdb.connect()
    manifest: dict[str, list[dict[str, object]]] = {}
    for path in sorted(path for path in folder.rglob("*.*") if path.is_file()):
        label = path.relative_to(folder).as_posix()
        table = label.split("/")[0].split(".")[0]
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        entry: dict[str, object] = {"file": label, "rows": _rows(connection, path)}
        entry["sha256"] = digest
        if table in _CONTROLLED and path.name != "manual.csv":
            entry["control_totals"] = _totals(connection, path, _CONTROLLED[table])
        manifest.setdefault(table, []).append(entry)
    text = json.dumps(manifest, indent=1)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _relation(path: Path) -> str:
    if path.suffix == ".csv":
        return f"read_csv('{path.as_posix()}', header = true, all_varchar = true)"
    return f"read_parquet('{path.as_posix()}')"


def _rows(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Return the records of a file; no value of the generator spans two lines."""
    if path.suffix == ".csv":
        return max(path.read_bytes().count(b"\n") - 1, 0)
    row = connection.execute(f"select count(*) from {_relation(path)}").fetchone()
    return int(row[0]) if row else 0


def _totals(
    connection: duckdb.DuckDBPyConnection, path: Path, columns: Sequence[str]
) -> dict[str, str]:
    sums = ", ".join(f"sum(cast({column} as decimal(18, 2)))" for column in columns)
    row = connection.execute(f"select {sums} from {_relation(path)}").fetchone()
    return {column: str(total) for column, total in zip(columns, row or (), strict=True)}
