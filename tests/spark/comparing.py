"""Tables of both engines side by side: the same columns, the same types, the same rows.

The DuckDB side is a published warehouse, the Spark side the Parquet files of its tables. How they
were built does not belong here.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

# What readers query, and the seeds, which reach Spark in another way than DuckDB.
SCHEMAS = ("core", "marts", "governance", "seeds")
MOST_ROWS = 3


@dataclass(frozen=True)
class Comparison:
    """What became of one table: its rows on DuckDB, and what is on one side only."""

    table: str
    rows: int = 0
    only_duckdb: int = 0
    only_spark: int = 0
    notes: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Return whether both engines built the same table."""
        return not (self.only_duckdb or self.only_spark or self.notes)


def published_tables(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the tables and views that readers query, as ``schema.table``."""
    rows = warehouse.execute(
        """
        select table_schema || '.' || table_name
        from information_schema.tables
        where list_contains(?, table_schema)
        order by 1
        """,
        [list(SCHEMAS)],
    ).fetchall()
    return [str(name) for (name,) in rows]


def compare(warehouse: duckdb.DuckDBPyConnection, table: str, files: Path) -> Comparison:
    """Hold a table of the warehouse against the Parquet files of the same one on Spark.

    Types count too: a sum that is wide on one engine and narrow on the other is a difference.
    """
    if table not in published_tables(warehouse):
        return Comparison(table, notes=("only on Spark",))
    if not any(files.glob("*.parquet")):
        return Comparison(table, notes=("not built on Spark",))
    spark = f"read_parquet('{files}/*.parquet')"
    expected, found = (_columns(warehouse, relation) for relation in (table, spark))
    if expected != found:
        notes = [
            f"{name}: DuckDB {expected.get(name, 'has none')}, Spark {found.get(name, 'has none')}"
            for name in dict.fromkeys([*expected, *found])
            if expected.get(name) != found.get(name)
        ]
        return Comparison(table, notes=tuple(notes or ["columns in another order"]))
    # A view is computed once.
    for side, relation in (("here", table), ("there", spark)):
        warehouse.execute(f"create or replace temp table {side} as select * from {relation}")
    notes, counts = [], []
    for engine, first, second in (("DuckDB", "here", "there"), ("Spark", "there", "here")):
        warehouse.execute(
            "create or replace temp table difference as "
            f"select * from {first} except all select * from {second}"
        )
        counts.append(_count(warehouse, "difference"))
        for row in warehouse.execute(
            f"select * from difference order by all limit {MOST_ROWS}"
        ).fetchall():
            values = zip(expected, row, strict=True)
            told = ", ".join(f"{name}={value}" for name, value in values if value is not None)
            notes.append(f"only on {engine}: {told}")
    return Comparison(table, _count(warehouse, "here"), counts[0], counts[1], tuple(notes))


def _columns(warehouse: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    described = warehouse.execute(f"describe select * from {relation}").fetchall()
    return {str(row[0]): str(row[1]) for row in described}


def _count(warehouse: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = warehouse.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0
