"""What Dagster shows of the dbt nodes of a call: rows and totals, and what was kept.

dbt's adapter does not say how many rows a table has; the database does, once dbt has closed it.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.landing import sql

_TOTALLED = ("marts", "governance")
Facts = dict[tuple[str, str], dict[str, Any]]


def with_facts(
    events: Iterable[Any], database: Path, manifest: Mapping[str, Any], translator: Any
) -> Iterator[Any]:
    """Yield the events; the output of a table carries its rows, that of a mart its totals too."""
    import dagster as dg

    facts = table_facts(database)
    by_output = {}
    for node in manifest["nodes"].values():
        found = facts.get((str(node.get("schema")), str(node.get("alias") or node.get("name"))))
        if node["resource_type"] != "test" and found:
            by_output[translator.get_asset_key(node).to_python_identifier()] = found
    for event in events:
        if isinstance(event, dg.Output) and event.output_name in by_output:
            more = {**event.metadata, **by_output[event.output_name]}
            yield dg.Output(None, output_name=event.output_name, metadata=more)
        else:
            yield event


def table_facts(database: Path) -> Facts:
    """Return the rows of each table and the totals of each mart that is a table, by schema, name.

    A total is the sum of a decimal column named `amount` or ending in `_amount`.
    """
    facts: Facts = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name, estimated_size from duckdb_tables()"
        ).fetchall()
        for schema, table, rows in tables:
            facts[(schema, table)] = {"dagster/row_count": int(rows)}
        amounts = connection.execute(
            "select columns.schema_name, columns.table_name, columns.column_name "
            "from duckdb_columns() as columns "
            "semi join duckdb_tables() as tables using (schema_name, table_name) "
            f"where columns.schema_name in ({', '.join(map(sql.text, _TOTALLED))}) "
            "and columns.data_type like 'DECIMAL%' "
            "and (columns.column_name = 'amount' or columns.column_name like '%\\_amount' "
            "escape '\\') order by all"
        ).fetchall()
        columns: dict[tuple[str, str], list[str]] = {}
        for schema, table, column in amounts:
            columns.setdefault((schema, table), []).append(column)
        for key, names in columns.items():
            sums = ", ".join(f"sum({sql.name(name)})" for name in names)
            relation = f"{sql.name(key[0])}.{sql.name(key[1])}"
            totals = sql.one_row(connection, f"select {sums} from {relation}")
            facts[key] |= {
                f"total {name}": str(total)
                for name, total in zip(names, totals, strict=True)
                if total is not None
            }
    return facts


def kept_events(
    manifest: Mapping[str, Any], node_ids: Iterable[str], context: Any, translator: Any
) -> Iterator[Any]:
    """Yield what Dagster expects of nodes that an earlier attempt of the run has finished."""
    import dagster as dg
    from dagster_dbt.asset_utils import get_asset_check_key_for_test

    note = {"kept": "from the first attempt of this run"}
    for node_id in node_ids:
        node = manifest["nodes"][node_id]
        if node["resource_type"] != "test":
            name = translator.get_asset_key(node).to_python_identifier()
            yield dg.Output(None, output_name=name, metadata=note)
            continue
        key = get_asset_check_key_for_test(manifest, translator, node_id, None)
        if key is not None and key in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                passed=True, asset_key=key.asset_key, check_name=key.name, metadata=note
            )
