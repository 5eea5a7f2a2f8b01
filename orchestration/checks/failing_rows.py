"""The first rows that a failing dbt data test returns, for whoever has to mend them.

The warehouse holds no names of people, so its rows may be shown; expectations are not asked here.
A row of a test tagged ``assumptions`` reads seed, row, problem and remedy; any other as it is.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

_MOST_ROWS = 5
_FINDING = ("seed", "row_key", "problem", "remedy")


def failing_rows(
    database: Path, artifacts: Iterable[Mapping[str, Any]], test_id: str
) -> list[str]:
    """Return one line for each of the first rows, none if the test can't be asked again.

    ``artifacts`` are the run results of this run's dbt calls, ``test_id`` is a dbt unique id.
    """
    for artifact in artifacts:
        for result in artifact.get("results") or ():
            query = result.get("compiled_code")
            if result.get("unique_id") == test_id and result.get("status") == "fail" and query:
                return _ask(database, str(query))
    return []


def _ask(database: Path, query: str) -> list[str]:
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            cursor = connection.execute(f"select * from ({query}\n) as failing order by all")
            names = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchmany(_MOST_ROWS + 1)
    except duckdb.Error as error:
        return [f"its rows can't be shown: {str(error).splitlines()[0]}"]
    lines = [_shown(dict(zip(names, row, strict=True))) for row in rows[:_MOST_ROWS]]
    return [*lines, "..."] if len(rows) > _MOST_ROWS else lines


def _shown(row: Mapping[str, object]) -> str:
    if all(name in row for name in _FINDING):
        return f"{row['seed']}, {row['row_key']}: {row['problem']}; {row['remedy']}"
    return ", ".join(f"{name} {_text(value)}" for name, value in row.items())


def _text(value: object) -> str:
    return "is empty" if value is None else json.dumps(value) if value == "" else str(value)
