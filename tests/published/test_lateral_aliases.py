"""No query of a published company uses an alias where only some engines let it."""

from pathlib import Path

import duckdb

from tests.python.project.resolving import Schema, add_staging, unresolved


def test_every_column_comes_from_a_relation(
    connection: duckdb.DuckDBPyConnection, published: Path
) -> None:
    # <company>/warehouse/current/warehouse.duckdb beside <company>/night/compiled
    compiled = published.parents[2] / "night" / "compiled" / "customer_accounting"
    schema: Schema = {}
    for name, table, column, data_type in connection.execute(
        "select table_schema, table_name, column_name, data_type from information_schema.columns"
    ).fetchall():
        schema.setdefault(name, {}).setdefault(table, {})[column] = data_type
    add_staging(schema, compiled)
    # What reads files has columns that only the engine knows: staging, and tests of sources.
    queries = [
        path
        for path in sorted(compiled.rglob("*.sql"))
        if (text := path.read_text("utf-8").strip()) and "read_parquet(" not in text
    ]
    assert len(queries) > 100
    found = [
        f"{path.relative_to(compiled)}: {what}"
        for path in queries
        if (what := unresolved(path.read_text("utf-8"), schema))
    ]
    assert not found, "\n".join(found)
