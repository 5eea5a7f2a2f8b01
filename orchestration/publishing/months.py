"""A month of the published warehouse as files: every mart that has months, one Parquet each.

Reads the published generation and nothing else, so any month can be written at any time; what is
written says which run it comes from. A month is written as a whole or not at all.
"""

import shutil
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.landing import sql
from orchestration.ops.exits import BadInputError
from orchestration.publishing.files import replace_folder, write_json
from orchestration.publishing.generations import DATABASE, Warehouse

_SCHEMAS = ("marts", "governance")
_RESULT = "marts.rpt_company_result_monthly"


@dataclass(frozen=True, slots=True)
class MonthFiles:
    """What was written of a month: folder, run it comes from, rows by table, bytes, result."""

    folder: Path
    run_id: str
    rows: dict[str, int]
    bytes: int
    company_result: Decimal
    currency: str


def published_months(warehouse: Warehouse) -> tuple[date, date] | None:
    """Return the first and the last month of the published generation, None without one."""
    path = warehouse.current / DATABASE
    if not path.exists():
        return None
    with duckdb.connect(str(path), read_only=True) as connection:
        first, last = sql.one_row(connection, f"select min(month), max(month) from {_RESULT}")
    if not isinstance(first, date) or not isinstance(last, date):
        return None
    return first, last


def write_month(warehouse: Warehouse, month: date) -> MonthFiles:
    """Write ``exports/<yyyy-mm>/<mart>.parquet`` and `extract.json`, replacing an earlier one.

    Raises ``BadInputError`` if nothing is published or the month has no result.
    """
    run_id = warehouse.linked(warehouse.current)
    if run_id is None:
        raise BadInputError("nothing is published yet; run a night first")
    waiting = warehouse.exports / f".{month:%Y-%m}.new"
    shutil.rmtree(waiting, ignore_errors=True)
    waiting.mkdir(parents=True)
    try:
        return _write_month(warehouse, run_id, month, waiting)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)  # gone already if it has become the month


def _write_month(warehouse: Warehouse, run_id: str, month: date, waiting: Path) -> MonthFiles:
    """Write the files of a month into a folder and put that in its place."""
    name = f"{month:%Y-%m}"
    target = warehouse.exports / name
    is_month = f"month = date '{month:%Y-%m-01}'"
    # By the generation's own path: `current` may move on while the month is written.
    database = warehouse.generation(run_id) / DATABASE
    with duckdb.connect(str(database), read_only=True) as connection:
        result, count, currency = sql.one_row(
            connection,
            f"select sum(amount), count(*), any_value(currency_code) from {_RESULT} "
            f"where {is_month}",
        )
        if not count:
            raise BadInputError(f"the published warehouse has no month {name}")
        rows = {}
        for schema, table in _monthly_relations(connection):
            relation = f"{sql.name(schema)}.{sql.name(table)}"
            file = waiting / f"{table}.parquet"
            rows[f"{schema}.{table}"] = sql.one_number(
                connection,
                f"copy (select * from {relation} where {is_month} order by all) "
                f"to {sql.text(file)} (format parquet)",
            )
    files = MonthFiles(
        folder=target,
        run_id=run_id,
        rows=rows,
        bytes=sum(path.stat().st_size for path in waiting.iterdir()),
        company_result=Decimal(str(result)),
        currency=str(currency),
    )
    write_json(
        waiting / "extract.json",
        {
            "month": name,
            "run_id": run_id,
            "rows": rows,
            "company_result": str(files.company_result),
            "currency_code": files.currency,
        },
    )
    replace_folder(target, waiting)
    return files


def _monthly_relations(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    schemas = ", ".join(map(sql.text, _SCHEMAS))
    rows = connection.execute(
        "select table_schema, table_name from information_schema.columns "
        f"where table_schema in ({schemas}) and column_name = 'month' and data_type = 'DATE' "
        "order by all"
    ).fetchall()
    return [(str(schema), str(table)) for schema, table in rows]
