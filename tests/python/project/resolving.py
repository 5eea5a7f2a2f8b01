"""Whether each column of a compiled query comes from a relation that the query reads.

What does not is an alias of the same select: DuckDB lets a neighbour or a condition use it, Spark
does so in fewer places and other versions in none. Names only; whether the SQL is right in other
respects is for the engines.
"""

from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

# schema: relation: column: type
Schema = dict[str, dict[str, dict[str, str]]]


def unresolved(sql: str, schema: Schema) -> str | None:
    """Return what is said of a column that no relation of the query has; None if all have one."""
    try:
        _qualified(sql, schema, is_strict=True)
    except SqlglotError as error:
        return str(error)
    return None


def columns_of(sql: str, schema: Schema) -> dict[str, str]:
    """Return the columns of a query's result; their types do not matter here."""
    query = _qualified(sql, schema, is_strict=False)
    return {str(name): "string" for name in query.named_selects}


def _qualified(sql: str, schema: Schema, is_strict: bool) -> exp.Query:
    query = qualify(
        sqlglot.parse_one(sql, dialect="duckdb"),
        schema=MappingSchema(dict(schema), dialect="duckdb"),
        dialect="duckdb",
        expand_alias_refs=False,
        validate_qualify_columns=is_strict,
    )
    if not isinstance(query, exp.Query):
        raise SqlglotError(f"no query: {sql[:100]}")
    return query


def add_staging(schema: Schema, compiled: Path) -> None:
    """Add the staging models, which are not published, from their own compiled queries."""
    staging = schema.setdefault("staging", {})
    paths = sorted(compiled.glob("models/staging/**/stg_*.sql"))
    # One staging model may read another; the second round knows them all.
    for _ in range(2):
        for path in paths:
            if path.stem not in staging or not staging[path.stem]:
                staging[path.stem] = columns_of(path.read_text("utf-8"), schema)
