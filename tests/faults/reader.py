"""A reader that never stops: opens the published warehouse over and over and looks at all of it.

Run as a program with the warehouse's root. Ends when its standard input is closed; prints how
many times it read, and one line for each time that what it saw was not a whole generation.
"""

import json
import select
import sys
from pathlib import Path

import duckdb

Shape = list[tuple[str, str, int]]
# The one table that knows of other nights: whole in each generation, but not of the same length.
HISTORY = "rpt_run_history"


def shape_of(database: Path) -> Shape:
    """Return every relation of a database with its number of rows, that of the history as one."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables order by all"
        ).fetchall()
        counts = " union all ".join(
            f"select '{schema}', '{name}', {1 if name == HISTORY else 'row_count'} "
            f"from (select count(*) as row_count from \"{schema}\".\"{name}\")"
            for schema, name in names
        )
        return [(a, b, int(c)) for a, b, c in connection.execute(counts).fetchall()]


def look(root: Path, expected: Shape) -> str:
    """Return what is wrong with the published generation, nothing if it is whole."""
    folder = (root / "current").resolve(strict=True)
    record = json.loads((folder / "run.json").read_text())
    if record.get("outcome") != "published" or record.get("run_id") != folder.name:
        return f"{folder.name}: its record says {record.get('outcome')}"
    if (folder / "warehouse.duckdb.wal").exists():
        return f"{folder.name}: a write-ahead log lies beside it"
    seen = shape_of(folder / "warehouse.duckdb")
    return "" if sorted(seen) == sorted(expected) else f"{folder.name}: other relations or rows"


def main() -> None:
    """Read until told to stop."""
    root = Path(sys.argv[1])
    expected = shape_of(root / "current" / "warehouse.duckdb")
    reads = 0
    print(json.dumps({"relations": len(expected)}), flush=True)
    while not select.select([sys.stdin], [], [], 1.0)[0]:
        try:
            wrong = look(root, expected)
        except Exception as error:
            wrong = repr(error)
        reads += 1
        if wrong:
            print(json.dumps({"wrong": wrong}), flush=True)
    print(json.dumps({"reads": reads}), flush=True)


if __name__ == "__main__":
    main()
