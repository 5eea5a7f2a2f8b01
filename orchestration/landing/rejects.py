"""Rows that can't be read: where they stand, why, in which column, and what they amount to.

They are gathered in the temporary table `rejects` of the landing's connection. The raw row goes
to the identities file only; what is published is position, reason, the name of the first declared
column at fault, amount and currency.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from orchestration.landing import sql
from orchestration.landing.casts import expected
from orchestration.landing.declarations import REJECTED_ROWS, Table
from orchestration.landing.findings import Finding
from orchestration.landing.results import LandingRules, TableResult

PUBLISHED_COLUMNS = (
    "source_system",
    "table_name",
    "file_name",
    "record_number",
    "reason",
    "column_name",
    "rejected_amount",
    "currency_code",
)


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table of rejected rows."""
    connection.execute(
        "create temp table rejects (source_system varchar, table_name varchar, "
        "file_name varchar, record_number bigint, reason varchar, column_name varchar, "
        "rejected_amount decimal(18,2), currency_code varchar, raw_row varchar)"
    )


def add(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    relation: str,
    reason: str,
    columns: Sequence[str],
    where: str,
    column_name: str = "null",
) -> int:
    """Add the rows of a relation for which ``where`` holds; return how many.

    The relation has `_file` and `_record`; ``columns`` are the delivered ones, typed or text.
    ``reason`` and ``column_name`` are SQL; the latter is null where the row is at fault as a whole.
    """
    fields = ", ".join(f"{sql.text(column)}: {sql.name(column)}" for column in columns)
    return sql.one_number(
        connection,
        f"insert into rejects select {sql.text(table.system)}, {sql.text(table.name)}, "
        f"_file, _record, {reason}, {column_name}, {_amount_and_currency(table, columns)}, "
        f"cast(to_json({{{fields}}}) as varchar) "
        f"from {relation} where {where}",
    )


def add_unreadable(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    label: str,
    columns: Sequence[str],
    bad_file: Path,
) -> None:
    """Add the bad records of a file with these columns, from the CSV of `csv_repair`."""
    listed = ("_number", "_reason", "_faults", "_raw", *columns)
    at_fault = {
        column.name: f"contains(_faults, ' {columns.index(column.name)} ')"
        for column in table.columns
        if column.name in columns
    }
    connection.execute(
        f"insert into rejects select {sql.text(table.system)}, {sql.text(table.name)}, "
        f"{sql.text(label)}, cast(_number as bigint), _reason, "
        f"{first_column(at_fault)}, {_amount_and_currency(table, columns)}, _raw "
        f"from {sql.read_own_csv(bad_file, listed)}"
    )


def first_column(at_fault: Mapping[str, str]) -> str:
    """Return the SQL of the first name whose condition holds, null if none does."""
    branches = " ".join(f"when {wrong} then {sql.text(name)}" for name, wrong in at_fault.items())
    return f"case {branches} end" if branches else "null"


def _amount_and_currency(table: Table, columns: Sequence[str]) -> str:
    """Return the SQL of both, null where a row does not tell.

    The currency is shown only if it looks like one, for no text of a row may be published.
    """
    amount = currency = "null"
    if table.rejected_amount in columns:
        amount = f"try_cast(cast({sql.name(table.rejected_amount)} as varchar) as decimal(18,2))"
    if "currency_code" in columns:
        code = "cast(currency_code as varchar)"
        currency = f"case when regexp_full_match({code}, '[A-Z]{{3}}') then {code} end"
    return f"{amount}, {currency}"


def land(connection: duckdb.DuckDBPyConnection, system: str, folder: Path) -> None:
    """Write the rejected rows of a system, without their text, as the table `rejected_rows`."""
    target = folder / REJECTED_ROWS
    target.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"copy (select {', '.join(PUBLISHED_COLUMNS)} from rejects "
        f"where source_system = {sql.text(system)} "
        "order by table_name, file_name, record_number) "
        f"to {sql.text(target / 'part-0001.parquet')} (format parquet)"
    )


def of_table(system: str, table: str) -> str:
    """Return the condition for the rejected rows of one table."""
    return f"source_system = {sql.text(system)} and table_name = {sql.text(table)}"


def check_limit(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    result: TableResult,
    rules: LandingRules,
) -> list[Finding]:
    """Return a finding if more of a table's delivered rows were rejected than is allowed.

    It says how a value of the column that is most often at fault looks.
    """
    limit = rules.rejected_row_limit_pct
    if not result.rejected_rows or result.rejected_rows * 100 <= limit * result.delivered_rows:
        return []
    these = f"from rejects where {of_table(result.system, result.table)}"
    rows = connection.execute(
        f"select count(*), reason || coalesce(' in ' || column_name, '') as fault, "
        f"any_value(column_name) {these} group by fault order by count(*) desc, fault"
    ).fetchall()
    counts = ", ".join(f"{count} {fault}" for count, fault, _ in rows)
    column = table.column(str(rows[0][2]))
    wanted = f" ({column.name}: {expected(column)})" if column else ""
    first = connection.execute(
        f"select file_name, record_number {these} order by all limit 1"
    ).fetchall()[0]
    share = result.rejected_rows * 100 / result.delivered_rows
    return [
        Finding(
            "error",
            result.table,
            str(first[0]),
            int(first[1]),
            f"at most {limit.normalize():f} % of the delivered rows rejected",
            f"{result.rejected_rows} of {result.delivered_rows} ({share:.2f} %): {counts}; "
            "this is the first",
            f"mend the rows at the source{wanted}, or raise rejected_row_limit_pct",
        )
    ]
