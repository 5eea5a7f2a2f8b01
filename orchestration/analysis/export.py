"""The marts as files: ``make export [TO=folder] [FORMAT=parquet|csv] [SCHEMAS=marts,governance]``.

Reads the published generation only, whose schemas hold no name of a person. Text of a CSV is
quoted, and what a spreadsheet would take for a formula gets an apostrophe before it; numbers stay
as they are.
"""

import hashlib
import json
import os
import shutil
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from orchestration.landing import sql
from orchestration.ops.exits import BadInputError, ExitCode, NightError
from orchestration.ops.progress import Reporter
from orchestration.ops.settings import Settings
from orchestration.publishing.files import replace_folder, write_json
from orchestration.publishing.generations import DATABASE, Warehouse, read_run_file

MANIFEST = "manifest.json"
FORMATS = ("parquet", "csv")
SCHEMAS = ("marts", "governance", "core")
DEFAULT_SCHEMAS = "marts,governance"
# What makes a spreadsheet read a cell as a formula: the characters, and blanks that it skips.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be exported, and where to."""

    folder: Path
    format: str
    schemas: tuple[str, ...]


def read_order(environment: dict[str, str], root: Path) -> Order:
    """Return the order; raise ``BadInputError`` with one line for each value that is wrong."""
    wrong = []
    file_format = environment.get("FORMAT") or "parquet"
    if file_format not in FORMATS:
        wrong.append(f"FORMAT: expected parquet or csv; found {file_format!r}")
    schemas = tuple((environment.get("SCHEMAS") or DEFAULT_SCHEMAS).split(","))
    if unknown := [schema for schema in schemas if schema not in SCHEMAS]:
        wrong.append(f"SCHEMAS: expected some of {', '.join(SCHEMAS)}; found {unknown[0]!r}")
    if wrong:
        raise BadInputError(*wrong)
    return Order(root / (environment.get("TO") or "target/export"), file_format, schemas)


def export(generation: Path, order: Order) -> dict[str, Any]:
    """Write every table of the schemas into the folder, as a whole or not at all.

    Returns the manifest, which is written too. An earlier export in the folder is replaced; a
    folder with anything else in it is refused with ``BadInputError``.
    """
    _refuse_others_files(order.folder)
    waiting = order.folder.with_name(f".{order.folder.name}.new")
    shutil.rmtree(waiting, ignore_errors=True)
    waiting.mkdir(parents=True)
    record = read_run_file(generation)
    manifest: dict[str, Any] = {
        "company": record.get("company"),
        "run_id": record.get("run_id"),
        "format": order.format,
        "tables": {},
    }
    try:
        with duckdb.connect(str(generation / DATABASE), read_only=True) as connection:
            for schema, table in _tables(connection, order.schemas):
                manifest["tables"][f"{schema}.{table}"] = _write_table(
                    connection, schema, table, waiting, order.format
                )
        if not manifest["tables"]:
            raise BadInputError(f"{generation}: it has no table in {', '.join(order.schemas)}")
        write_json(waiting / MANIFEST, manifest)
        replace_folder(order.folder, waiting)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return manifest


def _refuse_others_files(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise BadInputError(f"TO: {folder} is a file; name a folder")
    known = {MANIFEST}
    if (folder / MANIFEST).exists():
        try:
            tables = json.loads((folder / MANIFEST).read_text("utf-8"))["tables"]
            known |= {table["file"] for table in tables.values()}
        except (ValueError, KeyError, TypeError, AttributeError):
            known = set()
    if others := sorted(entry.name for entry in folder.iterdir() if entry.name not in known):
        raise BadInputError(
            f"TO: {folder} holds {others[0]}, which no export has written; name another folder"
        )


def _tables(
    connection: duckdb.DuckDBPyConnection, schemas: tuple[str, ...]
) -> list[tuple[str, str]]:
    listed = ", ".join(sql.text(schema) for schema in schemas)
    rows = connection.execute(
        "select table_schema, table_name from information_schema.tables "
        f"where table_schema in ({listed}) order by all"
    ).fetchall()
    return [(str(schema), str(table)) for schema, table in rows]


def _write_table(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, folder: Path, file_format: str
) -> dict[str, Any]:
    columns = connection.execute(
        "select column_name, data_type, comment from duckdb_columns() "
        f"where schema_name = {sql.text(schema)} and table_name = {sql.text(table)} "
        "order by column_index"
    ).fetchall()
    relation = f"{sql.name(schema)}.{sql.name(table)}"
    listed = ", ".join(
        _safe(name) if file_format == "csv" and data_type == "VARCHAR" else sql.name(name)
        for name, data_type, _ in columns
    )
    path = folder / f"{schema}.{table}.{file_format}"
    options = "format parquet"
    if file_format == "csv":
        # A semicolon separates cells for many spreadsheets: none may stand outside quotes.
        texts = ", ".join(sql.name(name) for name, kind, _ in columns if kind == "VARCHAR")
        options = "format csv, header true" + (f", force_quote ({texts})" if texts else "")
    connection.execute(f"copy (select {listed} from {relation}) to {sql.text(path)} ({options})")
    sums = {
        name: str(
            Decimal(
                sql.one_row(
                    connection, f"select coalesce(sum({sql.name(name)}), 0) from {relation}"
                )[0]  # type: ignore[arg-type]
            )
        )
        for name, data_type, _ in columns
        if str(data_type).startswith("DECIMAL")
    }
    return {
        "file": path.name,
        "rows": sql.one_number(connection, f"select count(*) from {relation}"),
        "sums": sums,
        "sha256": _sha256(path),
        "columns": {name: {"type": kind, "description": said} for name, kind, said in columns},
    }


def _safe(column: str) -> str:
    """Return the column with an apostrophe before what a spreadsheet would calculate."""
    quoted = sql.name(column)
    starts = ", ".join(f"chr({ord(char)})" for char in FORMULA_STARTS)
    return (
        f"case when left({quoted}, 1) in ({starts}) then '''' || {quoted} else {quoted} end "
        f"as {quoted}"
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def main() -> int:
    """Export what the environment asks for."""
    reporter = Reporter()
    try:
        settings = Settings.from_environment(for_night=False)
        order = read_order(dict(os.environ), settings.project_root)
        generation = Warehouse(settings.absolute(settings.warehouse)).current.resolve()
        if not (generation / DATABASE).exists():
            raise BadInputError(f"{generation}: nothing is published yet; run `make nightly`")
        manifest = export(generation, order)
    except NightError as error:
        for line in error.lines:
            reporter.line(line, "bold red")
        return int(error.exit_code)
    reporter.table(
        ["", "rows", "MB"],
        [
            [name, f"{t['rows']:,}", f"{(order.folder / t['file']).stat().st_size / 1e6:,.1f}"]
            for name, t in manifest["tables"].items()
        ],
    )
    reporter.line()
    reporter.line(
        f"{len(manifest['tables'])} tables of generation {manifest['run_id']} in {order.folder}"
    )
    return int(ExitCode.PUBLISHED)


if __name__ == "__main__":
    sys.exit(main())
