"""From a CSV file to a Parquet file of text, each value as it was delivered.

DuckDB reads the file. If it reports anything, or if the bytes of the file show what it would let
pass, the file is read again by `csv_repair`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.landing import csv_repair, sql
from orchestration.landing.inspection import Inspected

_CHUNK = 1 << 23
_BLANK_BESIDE_QUOTE = re.compile(rb'(?:^|[,\r\n])[ \t]+"|"[ \t]+(?:[,\r\n]|$)')


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file as text: Parquet with its columns, and the CSV of bad records.

    ``relation`` is the SQL that reads the Parquet, ``record`` the record number in it.
    """

    path: Path
    relation: str
    record: str
    good_rows: int
    bad_rows: int
    bad_file: Path | None

    def remove(self) -> None:
        """Delete what the reading has written."""
        self.path.unlink(missing_ok=True)
        if self.bad_file:
            self.bad_file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Bytes:
    """What the bytes of a CSV file show without parsing it."""

    commas: int
    has_nul: bool
    has_blank_beside_quote: bool


def to_text(
    connection: duckdb.DuckDBPyConnection, inspected: Inspected, scratch: Path, stem: str
) -> TextFile:
    """Write the records of a CSV file as text Parquet into ``scratch``."""
    columns = [column for column, _ in inspected.columns]
    path = scratch / f"text-{stem}.parquet"
    source = inspected.file.path
    shown = _look_at(source)
    if not shown.has_nul and not shown.has_blank_beside_quote:
        try:
            connection.execute(
                f"copy (from {sql.read_text_csv(source, columns)}) "
                f"to {sql.text(path)} (format parquet, compression lz4_raw)"
            )
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            path.unlink(missing_ok=True)
        else:
            rows = _rows_if_sound(connection, path, columns, shown.commas)
            if rows is not None:
                relation = sql.read_parquet(path, ", file_row_number = true")
                return TextFile(path, relation, "file_row_number + 1", rows, 0, None)
    good_file = scratch / f"good-{stem}.csv"
    bad_file = scratch / f"bad-{stem}.csv"
    good, bad = csv_repair.repair(source, len(columns), good_file, bad_file)
    connection.execute(
        f"copy (select * replace (cast(_record as bigint) as _record) "
        f"from {sql.read_text_csv(good_file, ['_record', *columns], skip=0)}) "
        f"to {sql.text(path)} (format parquet, compression lz4_raw)"
    )
    good_file.unlink()
    return TextFile(path, sql.read_parquet(path), "_record", good, bad, bad_file)


def _look_at(path: Path) -> _Bytes:
    commas = 0
    has_nul = has_blank_beside_quote = False
    last = b"\n"
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            commas += chunk.count(b",")
            has_nul = has_nul or b"\0" in chunk
            window = last + chunk
            if not has_blank_beside_quote and _may_hold_blank_beside_quote(window):
                has_blank_beside_quote = _BLANK_BESIDE_QUOTE.search(window) is not None
            last = chunk[-1:]
    return _Bytes(commas, has_nul, has_blank_beside_quote)


def _may_hold_blank_beside_quote(window: bytes) -> bool:
    return b'"' in window and any(pair in window for pair in (b' "', b'" ', b'\t"', b'"\t'))


def _rows_if_sound(
    connection: duckdb.DuckDBPyConnection, path: Path, columns: list[str], commas: int
) -> int | None:
    """Return the number of rows, or None if a record had more separators than columns.

    The fast reader drops an empty field too many without a word. Each record and the header
    need one comma less than columns; all others must stand inside of values.
    """
    text_file = sql.read_parquet(path)
    rows = sql.one_number(connection, f"select count(*) from {text_file}")
    surplus = commas - (rows + 1) * (len(columns) - 1)
    if surplus == 0:
        return rows
    inside = " + ".join(
        f"coalesce(sum(length({sql.name(column)})"
        f" - length(replace({sql.name(column)}, ',', ''))), 0)"
        for column in columns
    )
    in_values = sql.one_number(connection, f"select {inside} from {text_file}")
    return rows if surplus == in_values else None
