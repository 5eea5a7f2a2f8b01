"""Answers of a golden case against the warehouse: every row, every column given, no tolerance.

An answer is a CSV named after a table, a view or a reading (`readings.py`); its header says which
columns are compared. A file without rows says that there are none.
"""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

import duckdb

_DECIMAL = re.compile(r"DECIMAL\(\d+,(\d+)\)")


def differences(
    connection: duckdb.DuckDBPyConnection, expected: Path, readings: Mapping[str, str]
) -> list[str]:
    """Return one line for each row that is only in the file or only in the warehouse.

    Rows are matched by a full outer join over all columns and over how often a row occurs, empty
    values among them. Raises ValueError for a number finer than the column that it stands for, and
    duckdb.Error for a column that does not exist.
    """
    columns, rows = _read(expected)
    source = _source(connection, expected.stem, readings)
    selected = ", ".join(f'"{column}"' for column in columns)
    types = {
        name: data_type
        for name, data_type, *_ in connection.execute(
            f"describe select {selected} from {source}"
        ).fetchall()
    }
    for row in rows:
        _check_scale(expected, dict(zip(columns, row, strict=True)), types)
    definitions = ", ".join(f'"{column}" {types[column]}' for column in columns)
    connection.execute(f"create or replace temp table answers ({definitions})")
    if rows:
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"insert into answers values ({marks})", rows)
    numbered = f"{selected}, row_number() over (partition by {selected}) as occurrence"
    same = " and ".join(
        f'expected."{column}" is not distinct from found."{column}"' for column in columns
    )
    shown = " || ', ' || ".join(
        f'coalesce(cast(coalesce(expected."{column}", found."{column}") as varchar), \'-\')'
        for column in columns
    )
    return [
        f"{side}: {row}"
        for side, row in connection.execute(
            f"""
            select
                case when found.occurrence is null then 'missing' else 'surplus' end as side,
                {shown} as line
            from (select {numbered} from answers) as expected
            full outer join (select {numbered} from {source}) as found
                on {same} and expected.occurrence = found.occurrence
            where expected.occurrence is null or found.occurrence is null
            order by line, side
            """
        ).fetchall()
    ]


def _read(expected: Path) -> tuple[list[str], list[list[str | None]]]:
    with expected.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    return header, [[value or None for value in row] for row in rows]


def _source(connection: duckdb.DuckDBPyConnection, name: str, readings: Mapping[str, str]) -> str:
    """Return what to select from: a reading, or the one table or view of that name."""
    if name in readings:
        return f"({readings[name]}) as {name}"
    found = connection.execute(
        "select table_schema from information_schema.tables where table_name = ?", [name]
    ).fetchall()
    if len(found) != 1:
        raise ValueError(f"{name}: {len(found)} tables or views of that name, expected one")
    return f"{found[0][0]}.{name}"


def _check_scale(expected: Path, row: Mapping[str, str | None], types: Mapping[str, str]) -> None:
    """Raise ValueError where a cast to the column's type would round the answer."""
    for column, value in row.items():
        decimal = _DECIMAL.fullmatch(types[column])
        decimals = len((value or "").partition(".")[2])
        if decimal and decimals > int(decimal[1]):
            raise ValueError(f"{expected.name}: {column} {value} is finer than {types[column]}")
        if types[column] in ("DOUBLE", "FLOAT"):
            raise ValueError(f"{expected.name}: {column} is no exact number; compare a decimal")
