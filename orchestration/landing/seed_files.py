"""Reading one seed of a company: its header, and every value against its declaration.

Types and formats are those of the extracts (`casts`). Rules between rows or seeds are in
`assumption_rules`.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import duckdb

from orchestration.landing import casts, csv_repair, sql
from orchestration.landing.casts import expected
from orchestration.landing.declarations import Column, Seed
from orchestration.landing.findings import Finding

_UNREADABLE = {
    "wrong_field_count": "as many values as the header has names",
    "malformed_quote": "quotes that are closed",
    "invalid_encoding": "UTF-8",
    "nul_byte": "no NUL byte",
}


@dataclass(frozen=True, slots=True)
class SeedRows:
    """The rows of a seed as text, in declared order of columns."""

    seed: Seed
    rows: tuple[tuple[str, ...], ...]

    def as_csv(self) -> str:
        """Return the rows as CSV with the declared header."""
        lines = [[column.name for column in self.seed.columns], *self.rows]
        return "".join(_line(values) for values in lines)


def _line(values: Sequence[str]) -> str:
    return (
        ",".join(
            '"' + value.replace('"', '""') + '"' if set(value) & set(',"\r\n') else value
            for value in values
        )
        + "\n"
    )


def read_seed(seed: Seed, path: Path) -> tuple[SeedRows, list[Finding]]:
    """Read the file of a seed; an absent one is a seed without rows.

    With findings the rows are incomplete and of no use.
    """
    if not path.exists():
        return SeedRows(seed, ()), []
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as stream:
        first = stream.readline()
        header = next(csv.reader([first]), []) if first.strip() else []
        findings = _check_header(seed, path.name, header)
        if findings:
            return SeedRows(seed, ()), findings
        rows: list[tuple[str, ...]] = []
        for record in csv_repair.read_records(stream, len(header)):
            if record.reason:
                findings.append(
                    Finding(
                        "error",
                        seed.name,
                        path.name,
                        record.number,
                        _UNREADABLE[record.reason],
                        record.reason,
                        "mend the row",
                    )
                )
                continue
            values = dict(zip(header, record.fields, strict=True))
            rows.append(tuple(values.get(column.name, "") for column in seed.columns))
    return SeedRows(seed, tuple(rows)), findings


def load(connection: duckdb.DuckDBPyConnection, delivered: SeedRows) -> list[Finding]:
    """Make a typed table named like the seed, with `_record`, and check every value.

    Values that can't be read are null in the table, and each is a finding.
    """
    seed = delivered.seed
    text_table = sql.name(f"text_{seed.name}")
    listed = ", ".join(f"{sql.name(column.name)} varchar" for column in seed.columns)
    connection.execute(f"create or replace temp table {text_table} ({listed}, _record bigint)")
    if delivered.rows:
        lines = ", ".join(
            f"({', '.join(_literal(value) for value in row)}, {number})"
            for number, row in enumerate(delivered.rows, start=1)
        )
        connection.execute(f"insert into {text_table} values {lines}")
    typed = [casts.cast(column, is_checked_text=True) for column in seed.columns]
    typed_values = ", ".join(
        f"{cast.value} as {sql.name(column.name)}"
        for column, cast in zip(seed.columns, typed, strict=True)
    )
    connection.execute(
        f"create or replace temp table {sql.name(seed.name)} as "
        f"select {typed_values}, _record from {text_table}"
    )
    findings = []
    for column, cast in zip(seed.columns, typed, strict=True):
        rows = connection.execute(
            f"select _record, {sql.name(column.name)}, {cast.reason} "
            f"from {text_table} where ({cast.reason}) is not null order by _record"
        ).fetchall()
        findings += [_wrong_value(seed, column, *row) for row in rows]
        if column.is_month:
            findings += _check_month(connection, seed, column)
    findings += _check_key(connection, seed)
    connection.execute(f"drop table {text_table}")
    return findings


def _literal(value: str) -> str:
    return sql.text(value) if value else "null"


def _check_header(seed: Seed, file: str, header: Sequence[str]) -> list[Finding]:
    def finding(expected: str, found: str, remedy: str) -> Finding:
        return Finding("error", seed.name, file, None, expected, found, remedy)

    if not header:
        return [
            finding(
                "a header line",
                "an empty file",
                "write the header; a seed with a header and no rows is good",
            )
        ]
    declared = [column.name for column in seed.columns]
    unknown = [name for name in header if name not in declared]
    findings = []
    for column in seed.columns:
        if column.name in header or column.may_be_missing:
            continue
        close = get_close_matches(column.name, unknown, n=1)
        found = f"none; did {close[0]} mean it?" if close else "none"
        findings.append(finding(f"a column {column.name}", found, "add the column"))
    findings += [
        finding(f"columns among {', '.join(declared)}", f"a column {name!r}", "take it out")
        for name in unknown
    ]
    findings += [
        finding("each column once", f"{name!r} twice", "take one out")
        for name in sorted(set(header))
        if header.count(name) > 1
    ]
    return findings


def _wrong_value(
    seed: Seed, column: Column, record: int, value: str | None, reason: str
) -> Finding:
    wanted = "a value" if reason == "missing_required" else expected(column)
    found = "none" if value is None else repr(value)
    return _at(seed, record, f"{wanted} in {column.name}", found, "mend the row")


def _check_month(
    connection: duckdb.DuckDBPyConnection, seed: Seed, column: Column
) -> list[Finding]:
    rows = connection.execute(
        f"select _record, {sql.name(column.name)} from {sql.name(seed.name)} "
        f"where day({sql.name(column.name)}) <> 1 order by _record"
    ).fetchall()
    return [
        _at(
            seed,
            record,
            f"{column.name} on the first of a month",
            str(day),
            f"take {day.replace(day=1)} or the first of the next month",
        )
        for record, day in rows
    ]


def _check_key(connection: duckdb.DuckDBPyConnection, seed: Seed) -> list[Finding]:
    key = sql.names(seed.key)
    rows = connection.execute(
        f"select _record, first_record, {key} from (select *, "
        f"min(_record) over (partition by {key}) as first_record from {sql.name(seed.name)}) "
        "where _record > first_record order by _record"
    ).fetchall()
    return [
        _at(
            seed,
            record,
            f"one row for each {', '.join(seed.key)}",
            f"{', '.join(str(value) for value in values)} again, as in record {first}",
            "take one of the rows out",
        )
        for record, first, *values in rows
    ]


def _at(seed: Seed, record: int, expected: str, found: str, remedy: str) -> Finding:
    return Finding("error", seed.name, f"{seed.name}.csv", record, expected, found, remedy)
