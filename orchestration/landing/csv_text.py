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
_STRUCTURAL = (
    duckdb.ConversionException,
    duckdb.InvalidInputException,
    duckdb.NotImplementedException,
)
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
    lines: int
    quotes: int
    has_nul: bool
    has_blank_beside_quote: bool

    @property
    def is_promising(self) -> bool:
        """Return whether the fast reader is worth trying: quotes come in pairs, for one thing."""
        return not (self.has_nul or self.has_blank_beside_quote or self.quotes % 2)


def to_text(
    connection: duckdb.DuckDBPyConnection, inspected: Inspected, scratch: Path, stem: str
) -> TextFile:
    """Write the records of a CSV file as text Parquet into ``scratch``."""
    columns = [column for column, _ in inspected.columns]
    path = scratch / f"text-{stem}.parquet"
    source = inspected.file.path
    shown = _look_at(source)
    if shown.is_promising:
        rows = _read_fast(connection, source, columns, path, shown)
        if rows is not None:
            relation = sql.read_parquet(path, ", file_row_number = true")
            return TextFile(path, relation, "file_row_number + 1", rows, 0, None)
    good_file = scratch / f"good-{stem}.csv"
    bad_file = scratch / f"bad-{stem}.csv"
    good, bad = csv_repair.repair(source, len(columns), good_file, bad_file)
    proper = sql.read_own_csv(good_file, ["_record", *columns])
    _copy(connection, f"select * replace (cast(_record as bigint) as _record) from {proper}", path)
    good_file.unlink()
    return TextFile(path, sql.read_parquet(path), "_record", good, bad, bad_file)


def _read_fast(
    connection: duckdb.DuckDBPyConnection,
    source: Path,
    columns: list[str],
    path: Path,
    shown: _Bytes,
) -> int | None:
    """Read a file with DuckDB and return its number of rows, or None if it is not to be trusted.

    Several threads find the records only where each is one line. If they fail, or if the number
    of lines tells that they may have, and there are quotes at all, one thread reads the file.
    """
    for is_parallel in (True, False) if shown.quotes else (True,):
        relation = sql.read_text_csv(source, columns, is_parallel=is_parallel)
        try:
            _copy(connection, f"from {relation}", path)
        except _STRUCTURAL:
            continue
        rows = sql.one_number(connection, f"select count(*) from {sql.read_parquet(path)}")
        if is_parallel and shown.quotes and rows != shown.lines - 1:
            continue
        return rows if _is_sound(connection, path, columns, rows, shown.commas) else None
    return None


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    connection.execute(f"copy ({query}) to {sql.text(path)} (format parquet, compression lz4_raw)")


def _look_at(path: Path) -> _Bytes:
    commas = feeds = returns = quotes = 0
    has_nul = has_blank_beside_quote = False
    last = b"\n"
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            commas += chunk.count(b",")
            feeds += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            has_nul = has_nul or b"\0" in chunk
            quotes += chunk.count(b'"')
            window = last + chunk
            if quotes and not has_blank_beside_quote and _may_hold_blank(window):
                has_blank_beside_quote = _BLANK_BESIDE_QUOTE.search(window) is not None
            last = chunk[-1:]
    lines = (feeds or returns) + (last not in (b"\n", b"\r"))
    return _Bytes(commas, lines, quotes, has_nul, has_blank_beside_quote)


def _may_hold_blank(window: bytes) -> bool:
    return any(pair in window for pair in (b' "', b'" ', b'\t"', b'"\t'))


def _is_sound(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    columns: list[str],
    rows: int,
    commas: int,
) -> bool:
    """Return whether no record had more separators than columns.

    The fast reader drops an empty field too many without a word. Each record and the header
    need one comma less than columns; all others must stand inside of values.
    """
    surplus = commas - (rows + 1) * (len(columns) - 1)
    if surplus == 0:
        return True
    inside = " + ".join(
        f"coalesce(sum(length({sql.name(column)})"
        f" - length(replace({sql.name(column)}, ',', ''))), 0)"
        for column in columns
    )
    in_values = sql.one_number(connection, f"select {inside} from {sql.read_parquet(path)}")
    return surplus == in_values
