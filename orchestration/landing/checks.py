"""Checks over landed tables that stop the load: journals that balance, rates that are there.

Both are declared with the tables (`balanced_by`, `translated_on`).
"""

from collections.abc import Callable
from pathlib import Path

import duckdb

from orchestration.landing import rejects, sql
from orchestration.landing.declarations import EXCHANGE_RATES, System, Table
from orchestration.landing.findings import Finding
from orchestration.landing.results import LandingRules

MOST_NAMED = 20

Relation = Callable[[str], str]


def check(
    connection: duckdb.DuckDBPyConnection,
    system: System,
    landing_folder: Path,
    rules: LandingRules,
) -> list[Finding]:
    """Return findings for one-sided journal entries and for amounts without a closing rate."""

    def landed(table: str) -> str:
        return sql.read_parquet_folder(landing_folder / system.name / table)

    findings: list[Finding] = []
    for table in system.tables:
        if table.balanced_by:
            findings += _check_balance(connection, table, landed)
    if system.table(EXCHANGE_RATES):
        for table in system.tables:
            if table.translation:
                findings += _check_rates(connection, table, landed, rules)
    return findings


def _check_balance(
    connection: duckdb.DuckDBPyConnection, table: Table, landed: Relation
) -> list[Finding]:
    entry, amount = sql.name(table.balanced_by), sql.name(table.balanced_amount)
    rows = connection.execute(
        f"select {entry}, sum({amount}), count(*) over () from {landed(table.name)} "
        f"group by {entry} having sum({amount}) <> 0 order by {entry} limit {MOST_NAMED}"
    ).fetchall()
    lost = sql.one_number(
        connection,
        f"select count(*) from rejects where {rejects.of_table(table.system, table.name)}",
    )
    remedy = "deliver the entry with all its lines"
    if lost:
        remedy += f"; {lost} lines of this table were rejected, perhaps some of its own"
    findings = [
        Finding(
            "error",
            table.name,
            "",
            None,
            f"{table.balanced_by} {entry_id} to sum to zero",
            f"a sum of {total}",
            remedy,
        )
        for entry_id, total, _ in rows
    ]
    if rows and rows[0][2] > len(rows):
        findings.append(
            Finding(
                "error",
                table.name,
                "",
                None,
                "every entry to sum to zero",
                f"{rows[0][2] - len(rows)} more that do not",
                "mend the export; above are the first in order",
            )
        )
    return findings


def _check_rates(
    connection: duckdb.DuckDBPyConnection, table: Table, landed: Relation, rules: LandingRules
) -> list[Finding]:
    """Return one finding for each currency of a table that lacks a closing rate on some date."""
    translation = table.translation
    if translation is None:
        return []
    relation = f"{landed(table.name)} as {sql.name(table.name)}"
    if translation.through:
        relation += (
            f" inner join {landed(translation.through)} as {sql.name(translation.through)}"
            f" using ({sql.name(translation.key)})"
        )
    rows = connection.execute(
        f"""
        with needed as (
            select distinct {translation.currency} as code, {translation.date} as needed_on
            from {relation}
            where
                {translation.currency} <> {sql.text(rules.functional_currency)}
                and {translation.date} is not null
        ), closing as (
            select currency_code, rate_on from {landed(EXCHANGE_RATES)}
            where rate_type = 'closing'
        )
        select code, min(needed_on), max(needed_on), count(*) from needed
        where not exists (
            select 1 from closing
            where
                closing.currency_code = needed.code
                and closing.rate_on
                    between needed.needed_on - {rules.fx_max_age_days:d} and needed.needed_on
        )
        group by code order by code limit {MOST_NAMED}
        """
    ).fetchall()
    findings = []
    for code, first, last, count in rows:
        found = "none" if count == 1 else f"none, nor on {count - 1} more dates up to {last}"
        findings.append(
            Finding(
                "error",
                EXCHANGE_RATES,
                "",
                None,
                f"a closing rate of {code} on {first} or at most {rules.fx_max_age_days} days "
                f"before, for {table.name}",
                found,
                "deliver the rate; the functional currency is "
                f"{rules.functional_currency} and needs none",
            )
        )
    return findings
