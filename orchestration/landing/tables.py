"""Landing one table: its files become typed Parquet, each row once, unreadable rows set aside.

Everything is driven by the declaration; no table is known here by its name.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from shutil import move

import duckdb

from orchestration.landing import casts, csv_text, duplicates, identities, rejects, sql
from orchestration.landing.declarations import Column, Table
from orchestration.landing.inspection import Inspected
from orchestration.landing.manifest import Tally
from orchestration.landing.results import LandingRules, TableResult

_POSITION = "_file, _record"


@dataclass(frozen=True, slots=True)
class _Source:
    """One file as a relation with the delivered columns, `_file` and `_record`."""

    relation: str
    casts: dict[str, casts.Cast]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LandedTable:
    """The result of landing a table, and what was counted in each of its files."""

    result: TableResult
    tallies: tuple[Tally, ...]


class TableLanding:
    """Lands one table after the other over one connection.

    ``scratch`` holds what must not stay: text with names of persons among it.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        landing_folder: Path,
        scratch: Path,
        rules: LandingRules,
    ) -> None:
        """Keep the connection, the folders and the rules; nothing is written yet."""
        self._connection = connection
        self._landing_folder = landing_folder
        self._scratch = scratch
        self._rules = rules

    def land(
        self, table: Table, files: Sequence[Inspected], totals: Sequence[str] = ()
    ) -> LandedTable:
        """Land a table from its inspected files; ``totals`` names the columns to be summed."""
        started = time.monotonic()
        target = self._landing_folder / table.system / table.name
        target.mkdir(parents=True)
        tallies = [Tally(inspected.file.label) for inspected in files]
        is_in_place = self._can_stay(table, files, tallies)
        rejected = 0
        repeats = duplicates.Repeats("")
        if is_in_place:
            for number, inspected in enumerate(files, start=1):
                link = target / f"part-{number:04d}.parquet"
                link.symlink_to(inspected.file.path.resolve())
                self._sum_up(tallies[number - 1], sql.read_parquet(link), totals)
        else:
            parts: list[Path] = []
            for inspected, tally in zip(files, tallies, strict=True):
                part = self._scratch / f"part-{len(parts) + 1:04d}.parquet"
                rejected += self._type(table, inspected, part, tally, totals)
                parts.append(part)
            repeats = self._write(table, parts, target)
        result = TableResult(
            system=table.system,
            table=table.name,
            files=len(files),
            delivered_rows=sum(tally.rows for tally in tallies),
            landed_rows=self._count(target),
            rejected_rows=rejected + repeats.rejected_rows,
            repeated_rows=repeats.repeated_rows,
            superseded_rows=repeats.superseded_rows,
            bytes=sum(path.stat().st_size for path in target.iterdir()),
            seconds=time.monotonic() - started,
            is_in_place=is_in_place,
        )
        return LandedTable(result, tuple(tallies))

    def _count(self, target: Path) -> int:
        return sql.one_number(
            self._connection, f"select count(*) from {sql.read_parquet_folder(target)}"
        )

    def _can_stay(self, table: Table, files: Sequence[Inspected], tallies: Sequence[Tally]) -> bool:
        """Return whether the files meet the declaration as they are; count their rows then.

        They must have the declared columns and no others, of the declared types, no value that
        is missing, not allowed or implausible, no empty text, no name of a person, no key twice.
        """
        declared = {column.name: column.sql_type for column in table.columns}
        if not files or len(table.landed_columns) < len(declared):
            return False
        for inspected in files:
            if inspected.file.format != "parquet" or dict(inspected.columns) != declared:
                return False
        wanting = [
            f"({self._cast(column, column.sql_type, False).reason}) is not null"
            for column in table.columns
        ] + [
            f"{sql.name(column.name)} = ''"
            for column in table.columns
            if column.data_type == "string"
        ]
        for inspected, tally in zip(files, tallies, strict=True):
            relation = sql.read_parquet(inspected.file.path)
            good = f"count(*) filter (where not coalesce({' or '.join(wanting)}, false))"
            rows, sound = sql.one_row(self._connection, f"select count(*), {good} from {relation}")
            if rows != sound:
                return False
            tally.rows = int(str(rows))
        listed = sql.names(declared)
        union = " union all ".join(
            f"select {listed} from {sql.read_parquet(inspected.file.path)}" for inspected in files
        )
        return not duplicates.key_repeats(self._connection, table, f"({union})")

    def _cast(self, column: Column, delivered_type: str, is_checked_text: bool) -> casts.Cast:
        cast = casts.cast(column, delivered_type, is_checked_text)
        rules = self._rules
        return casts.plausible(column, cast, rules.first_plausible_date, rules.last_plausible_date)

    def _type(
        self,
        table: Table,
        inspected: Inspected,
        part: Path,
        tally: Tally,
        totals: Sequence[str],
    ) -> int:
        """Write the readable rows of a file, typed, to ``part``; return how many are rejected."""
        label = sql.text(inspected.file.label)
        unsplit = 0
        text_file = None
        if inspected.file.format == "csv":
            text_file = csv_text.to_text(self._connection, inspected, self._scratch, part.stem)
            origin, record = text_file.relation, text_file.record
            unsplit = text_file.bad_rows
            if text_file.bad_file:
                rejects.add_unreadable(
                    self._connection,
                    table,
                    inspected.file.label,
                    [name for name, _ in inspected.columns],
                    text_file.bad_file,
                )
        else:
            origin = sql.read_parquet(inspected.file.path, ", file_row_number = true")
            record = "file_row_number + 1"
        delivered = [column.name for column in table.columns if inspected.type_of(column.name)]
        source = (
            f"(select {sql.names(delivered)}, {label} as _file, {record} as _record from {origin})"
        )
        columns = [
            self._cast(column, inspected.type_of(column.name), text_file is not None)
            if column.name in delivered
            else casts.absent(column)
            for column in table.columns
        ]
        values = ", ".join(
            f"{cast.value} as {sql.name(column.name)}"
            for column, cast in zip(table.columns, columns, strict=True)
        )
        checks = {
            column.name: cast.reason
            for column, cast in zip(table.columns, columns, strict=True)
            if cast.reason != "null"
        }
        reason = f"coalesce({', '.join(checks.values())}, null)" if checks else "null"
        self._connection.execute(
            f"copy (select {values}, {_POSITION} from {source} where {reason} is null) "
            f"to {sql.text(part)} (format parquet)"
        )
        typed = sql.one_number(self._connection, f"select count(*) from {sql.read_parquet(part)}")
        self._sum_up(tally, origin, [column for column in totals if column in delivered])
        unreadable = 0
        if typed != tally.rows:
            at_fault = {name: f"{check} is not null" for name, check in checks.items()}
            unreadable = rejects.add(
                self._connection,
                table,
                source,
                reason,
                delivered,
                f"{reason} is not null",
                rejects.first_column(at_fault),
            )
        if text_file:
            text_file.remove()
        tally.rows += unsplit
        return unreadable + unsplit

    def _sum_up(self, tally: Tally, relation: str, totals: Sequence[str]) -> None:
        """Count the rows of a file and sum the columns that the manifest asks for."""
        sums = "".join(
            f", coalesce(sum(try_cast({sql.name(column)} as decimal(38,12))), 0)"
            for column in totals
        )
        rows, *found = sql.one_row(self._connection, f"select count(*){sums} from {relation}")
        tally.rows = int(str(rows))
        tally.totals = {
            column: Decimal(str(total)) for column, total in zip(totals, found, strict=True)
        }

    def _write(self, table: Table, parts: Sequence[Path], target: Path) -> duplicates.Repeats:
        """Move or copy the typed parts into landing: each key once, names of persons left out."""
        first = target / "part-0001.parquet"
        if not parts:
            nothing = ", ".join(
                f"cast(null as {column.sql_type}) as {sql.name(column.name)}"
                for column in table.landed_columns
            )
            self._connection.execute(
                f"copy (select {nothing}, cast(null as varchar) as _file, "
                "cast(null as bigint) as _record where false) "
                f"to {sql.text(first)} (format parquet)"
            )
            return duplicates.Repeats("")
        relation = sql.read_parquet_folder(self._scratch)
        repeats = duplicates.resolve(self._connection, table, relation)
        identities.add(self._connection, table, repeats.relation)
        if repeats.relation == relation and len(table.landed_columns) == len(table.columns):
            for part in parts:
                move(os.fspath(part), target / part.name)
        else:
            kept = sql.names(column.name for column in table.landed_columns)
            self._connection.execute(
                f"copy (select {kept}, {_POSITION} from {repeats.relation}) "
                f"to {sql.text(first)} (format parquet)"
            )
        duplicates.forget(self._connection)
        self.give_up()
        return repeats

    def give_up(self) -> None:
        """Remove what is left of the table in scratch, so that the next one starts afresh."""
        for left in self._scratch.glob("*part-*"):
            left.unlink()
