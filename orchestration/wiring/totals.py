"""What the published warehouse shows of itself in Dagster: sizes, rows and the result."""

from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from orchestration.ops.run import Night


def published_metadata(night: Night, path: Path) -> dict[str, Any]:
    """Return the metadata of a publication."""
    with duckdb.connect(str(path), read_only=True) as connection:
        terms = connection.execute(
            "select term_name, sum(amount), any_value(currency_code) "
            "from marts.rpt_company_result_monthly group by term_name, sort_order "
            "order by sort_order"
        ).fetchall()
        tables = connection.execute(
            "select schema_name || '.' || table_name, estimated_size from duckdb_tables() "
            "where schema_name in ('core', 'marts', 'governance') order by all"
        ).fetchall()
    currency = str(terms[0][2]) if terms else ""
    return {
        "path": dg.MetadataValue.path(str(path)),
        "run": night.run_id,
        "bytes": path.stat().st_size,
        "seconds": round(sum(step.seconds for step in night.reporter.steps), 1),
        "rows": sum(int(rows) for _, rows in tables),
        f"company result, {currency}": str(sum(amount for _, amount, _ in terms)),
        "result by term": dg.MetadataValue.table(
            [dg.TableRecord({"term": str(name), "amount": str(total)}) for name, total, _ in terms]
        ),
        "rows by table": dg.MetadataValue.table(
            [dg.TableRecord({"table": str(name), "rows": int(rows)}) for name, rows in tables]
        ),
    }
