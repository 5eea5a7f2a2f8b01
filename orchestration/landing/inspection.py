"""What can be said about a file before its rows are read: its kind and its columns.

CSV headers are compared by name here, because the fast reader maps columns by position.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import duckdb

from orchestration.landing import casts, sql
from orchestration.landing.declarations import Table
from orchestration.landing.files import DeliveredFile
from orchestration.landing.findings import Finding
from orchestration.landing.passing import may_pass

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_PARQUET_MARK = b"PAR1"
_LONGEST_HEADER = 65536


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file with the columns it delivers, in its own order, as pairs of name and DuckDB type.

    A CSV column is always VARCHAR. Columns that nobody declared are listed all the same.
    """

    file: DeliveredFile
    columns: tuple[tuple[str, str], ...]

    def type_of(self, column: str) -> str:
        """Return the delivered type of a column, or nothing if the file leaves it out."""
        return dict(self.columns).get(column, "")


def inspect(
    connection: duckdb.DuckDBPyConnection, table: Table, file: DeliveredFile, is_plain: bool
) -> tuple[Inspected | None, list[Finding]]:
    """Return the columns of a file, or None and why it can't be read at all.

    An error that may pass by itself says nothing about the file and is raised.
    """
    try:
        with file.path.open("rb") as stream:
            start = stream.read(_LONGEST_HEADER).removeprefix(_BYTE_ORDER_MARK)
    except OSError as error:
        if may_pass(error):
            raise
        return None, [_finding(table, file, "a readable file", str(error.strerror), "mend it")]
    if not start.strip():
        return None, [
            _finding(
                table,
                file,
                "a header line" if file.format == "csv" else "a Parquet file",
                "an empty file",
                "deliver the file again; a table without rows has its header line",
            )
        ]
    if start.startswith(_PARQUET_MARK) != (file.format == "parquet"):
        found = "another kind" if file.format == "parquet" else "a Parquet file"
        remedy = "deliver the file again, with the suffix of what it is"
        return None, [_finding(table, file, f"a {file.format} file", found, remedy)]
    if file.format == "csv":
        columns, findings = _csv_columns(table, file, start)
    else:
        columns, findings = _parquet_columns(connection, table, file)
    if findings:
        return None, findings
    findings = _compare(table, file, columns, is_plain)
    return (None if findings else Inspected(file, tuple(columns))), findings


def _csv_columns(
    table: Table, file: DeliveredFile, start: bytes
) -> tuple[list[tuple[str, str]], list[Finding]]:
    line = start.splitlines()[0]
    try:
        header = next(csv.reader([line.decode("utf-8")], strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        return [], [
            _finding(
                table,
                file,
                "a header line in UTF-8, separated by commas",
                "a header line that can't be read",
                "export the file as CSV (RFC 4180) in UTF-8",
            )
        ]
    return [(name, "VARCHAR") for name in header], []


def _parquet_columns(
    connection: duckdb.DuckDBPyConnection, table: Table, file: DeliveredFile
) -> tuple[list[tuple[str, str]], list[Finding]]:
    try:
        rows = connection.execute(
            f"describe select * from {sql.read_parquet(file.path)}"
        ).fetchall()
    except duckdb.Error as error:
        if may_pass(error):
            raise
        return [], [
            _finding(
                table,
                file,
                "a Parquet file",
                "one that can't be read",
                "deliver the file again; it may be cut off",
            )
        ]
    return [(str(row[0]), str(row[1])) for row in rows], []


def find_damage(
    connection: duckdb.DuckDBPyConnection, table: Table, files: Sequence[Inspected]
) -> list[Finding]:
    """Return a finding for each Parquet file whose header is good and whose values are not.

    That takes reading them all, so it is asked only after something has gone wrong.
    """
    findings = []
    for inspected in files:
        file = inspected.file
        declared = [name for name, _ in inspected.columns if table.column(name)]
        if file.format != "parquet":
            continue
        try:
            connection.execute(
                f"select max(hash({sql.names(declared)})) from {sql.read_parquet(file.path)}"
            )
        except duckdb.Error as error:
            if isinstance(error, duckdb.OutOfMemoryException) or may_pass(error):
                raise
            findings.append(
                _finding(
                    table,
                    file,
                    "a Parquet file that can be read",
                    "a damaged one",
                    "deliver the file again",
                )
            )
    return findings


def _compare(
    table: Table, file: DeliveredFile, columns: Sequence[tuple[str, str]], is_plain: bool
) -> list[Finding]:
    """Return findings for columns that are missing, unknown, repeated or of no readable type."""
    delivered = [name for name, _ in columns]
    if len(delivered) == 1 and (others := re.findall("[;\t|]", delivered[0])):
        separator = {"\t": "tabs"}.get(others[0], repr(others[0]))
        return [
            _finding(
                table,
                file,
                "a header line in UTF-8, separated by commas",
                f"one separated by {separator}",
                "export the file as CSV (RFC 4180): commas between fields, points in numbers",
            )
        ]
    declared = [column.name for column in table.columns]
    unknown = [name for name in delivered if name not in declared] if is_plain else []
    findings = []
    for column in table.columns:
        if column.name in delivered or column.may_be_missing:
            continue
        close = get_close_matches(column.name, unknown, n=1)
        findings.append(
            _finding(
                table,
                file,
                f"a column {column.name}",
                f"none; did {close[0]} mean it?" if close else "none",
                "add the column to the file",
            )
        )
    for name in unknown:
        findings.append(
            _finding(
                table,
                file,
                "only the declared columns",
                f"a column {name!r}" if name else "a column without a name",
                "take the column out, or rename it to one of the contract",
            )
        )
    for name, count in Counter(name.lower() for name in delivered).items():
        if count > 1:
            findings.append(
                _finding(table, file, "each column once", f"{name!r} {count} times", "take one out")
            )
    for name, data_type in columns:
        if name in declared and not casts.can_be_read(data_type):
            findings.append(
                _finding(
                    table,
                    file,
                    f"a plain value in column {name}",
                    f"the type {data_type}",
                    "write the column with a plain type",
                )
            )
    return findings


def _finding(table: Table, file: DeliveredFile, expected: str, found: str, remedy: str) -> Finding:
    return Finding("error", table.name, file.label, None, expected, found, remedy)
