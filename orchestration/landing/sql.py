"""Names, values and a connection for the SQL that landing composes.

Names come from the declarations only; whatever comes from a company is quoted here. Nothing is
bound, because the first bound value makes DuckDB import pandas, which costs a second.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import duckdb


def name(identifier: str) -> str:
    """Return the identifier quoted for SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def names(identifiers: Iterable[str], prefix: str = "") -> str:
    """Return the identifiers quoted and separated by commas, each with the prefix."""
    return ", ".join(f"{prefix}{name(identifier)}" for identifier in identifiers)


def text(value: str | Path) -> str:
    """Return the value as a quoted SQL string."""
    return "'" + str(value).replace("'", "''") + "'"


def read_parquet(path: Path, options: str = "") -> str:
    """Return the table function that reads exactly this Parquet file, whatever its name."""
    return f"read_parquet([{_unglobbed(path)}], hive_partitioning = false{options})"


def read_parquet_folder(folder: Path) -> str:
    """Return the table function that reads all parts of a table that landing has written."""
    escaped = _unglobbed(folder)[:-1] + "/part-*.parquet'"
    return f"read_parquet({escaped}, hive_partitioning = false)"


def read_text_csv(path: Path, columns: Iterable[str], is_parallel: bool = True) -> str:
    """Return the table function that reads a CSV file strictly, every column as text.

    Columns are taken by position; empty values, quoted or not, are null. Where values hold line
    ends, several threads may not find the records.
    """
    parallel = str(is_parallel).lower()
    return _read_csv(path, columns, f"skip = 1, parallel = {parallel}")


def read_own_csv(path: Path, columns: Iterable[str]) -> str:
    """Return the table function that reads a CSV file that `csv_repair` has written."""
    return _read_csv(path, columns, "parallel = false, new_line = '\\n'")


def _read_csv(path: Path, columns: Iterable[str], options: str) -> str:
    types = ", ".join(f"{text(column)}: 'VARCHAR'" for column in columns)
    return (
        f"read_csv([{_unglobbed(path)}], auto_detect = false, header = false, {options}, "
        "delim = ',', quote = '\"', escape = '\"', nullstr = '', strict_mode = true, "
        f"hive_partitioning = false, columns = {{{types}}})"
    )


def _unglobbed(path: Path) -> str:
    return text("".join(f"[{char}]" if char in "*?[" else char for char in path.as_posix()))


def one_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[object, ...]:
    """Run a query that returns exactly one row, and return that row."""
    row = connection.execute(query).fetchone()
    if row is None:
        raise LookupError(f"no row from: {query}")
    return tuple(row)


def one_number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """Run a query that returns one number, and return it as an integer; null is zero."""
    return int(str(one_row(connection, query)[0] or 0))


def connect(
    scratch: Path, threads: int | None = None, memory_limit: str | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB in memory that spills to ``scratch`` and reaches for no extension.

    Without ``memory_limit`` that of dbt's profile holds. The clock is UTC, so that text, dates
    and timestamps mean the same on every machine. Files are not remembered: landing writes scratch
    files of the same name table after table, and DuckDB may take the columns of one for those of
    the next that is written within a moment.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "enable_external_file_cache": "false",
        "temp_directory": str(scratch),
        "memory_limit": memory_limit or os.environ.get("DUCKDB_MEMORY_LIMIT", "4GB"),
    }
    if threads is not None:
        settings["threads"] = threads
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("set timezone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    return connection
