"""A database against the published generation: ``make compare MODEL=<name>|all FROM=dev|work``.

A model is compared by its rows, by the key that its key test names, and by the sums of its decimal
columns; a difference of one cent is a difference. Reads both files and changes neither.
"""

import os
import sys
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

import duckdb

from orchestration.analysis.models import Model, read_models
from orchestration.landing import sql
from orchestration.ops.exits import BadInputError, ExitCode, NightError
from orchestration.ops.progress import Reporter
from orchestration.ops.settings import Settings
from orchestration.publishing.generations import DATABASE, Warehouse

CURRENT = "current_generation"
OTHER = "other_database"
SCHEMAS = ("core", "intermediate", "marts", "governance")
SHOWN = 10
SHOWN_OF_ALL = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """A key with what both sides say; a side without the row says nothing."""

    key: str
    where: str
    values: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the comparison of one model came to; pairs are (current, other)."""

    model: Model
    rows: tuple[int | None, int | None]
    columns: tuple[str, ...] = ()
    only_current: int = 0
    only_other: int = 0
    changed: int = 0
    sums: tuple[tuple[str, Decimal, Decimal], ...] = ()
    examples: tuple[Difference, ...] = ()

    @property
    def is_new(self) -> bool:
        """Return whether the published generation does not know the model yet."""
        return self.rows[0] is None

    @property
    def is_same(self) -> bool:
        """Return whether rows, columns and every value agree."""
        return self.rows[0] == self.rows[1] and not (
            self.columns or self.only_current or self.only_other or self.changed
        )


def attach(current: Path, other: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with both databases attached, to read only.

    Raises ``BadInputError`` if one of them is missing or open in another process.
    """
    connection = duckdb.connect()
    for name, path in ((CURRENT, current), (OTHER, other)):
        try:
            connection.execute(f"attach {sql.text(path)} as {name} (read_only)")
        except duckdb.IOException as error:
            connection.close()
            raise BadInputError(
                f"{path} cannot be read: {str(error).splitlines()[0]}",
                "if a program has it open to write, end that first",
            ) from error
    return connection


def refuse_two_companies(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise ``BadInputError`` if the two databases hold customers and none of them in common."""
    customers = [
        f"select customer_id from {name}.core.dim_customers where customer_key <> 0"
        for name in (CURRENT, OTHER)
    ]
    try:
        here, there, both = (
            _one(connection, f"select count(*) from ({query})")[0]
            for query in (*customers, " intersect ".join(customers))
        )
    except duckdb.CatalogException:
        return  # one of them has no customers yet
    if here and there and not both:
        raise BadInputError(
            "the two databases have no customer in common: they are of two companies",
            "WAREHOUSE names the published one; `make dev` copies it",
        )


def compare(
    connection: duckdb.DuckDBPyConnection, model: Model, shown: int = SHOWN
) -> Comparison | None:
    """Compare one model; None if neither database has it."""
    here, there = (_columns(connection, name, model) for name in (CURRENT, OTHER))
    rows = (_count(connection, CURRENT, model, here), _count(connection, OTHER, model, there))
    if not here or not there:
        return Comparison(model, rows) if here or there else None
    changes = [f"{name} is gone" for name in here if name not in there]
    changes += [f"{name} is new" for name in there if name not in here]
    changes += [
        f"{name} was {here[name]}, is {there[name]}"
        for name in here
        if name in there and here[name] != there[name]
    ]
    shared = [name for name in here if there.get(name) == here[name]]
    rates = {column.name for column in model.columns if column.additivity == "non_additive"}
    sums = tuple(
        _sums(connection, model, name)
        for name in shared
        if here[name].upper().startswith("DECIMAL") and name not in rates
    )
    key = [name for name in model.key if name in shared]
    if len(key) == len(model.key) > 0 and _is_key(connection, model, key):
        counts, examples = _by_key(connection, model, key, shared, shown)
    else:
        counts, examples = _by_row(connection, model, shared, shown)
    return Comparison(model, rows, tuple(changes), *counts, sums, examples)


def _relation(database: str, model: Model) -> str:
    return f"{database}.{sql.name(model.schema)}.{sql.name(model.name)}"


def _columns(
    connection: duckdb.DuckDBPyConnection, database: str, model: Model
) -> dict[str, str]:
    rows = connection.execute(
        "select column_name, data_type from duckdb_columns() where database_name = ? "
        "and schema_name = ? and table_name = ? order by column_index",
        [database, model.schema, model.name],
    ).fetchall()
    return {str(name): str(data_type) for name, data_type in rows}


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row = connection.execute(query).fetchone()
    return tuple(row) if row else ()


def _count(
    connection: duckdb.DuckDBPyConnection, database: str, model: Model, columns: dict[str, str]
) -> int | None:
    if not columns:
        return None
    return _one(connection, f"select count(*) from {_relation(database, model)}")[0]


def _sums(
    connection: duckdb.DuckDBPyConnection, model: Model, column: str
) -> tuple[str, Decimal, Decimal]:
    sums = [
        Decimal(
            _one(
                connection,
                f"select coalesce(sum({sql.name(column)}), 0) from {_relation(database, model)}",
            )[0]
        )
        for database in (CURRENT, OTHER)
    ]
    return column, sums[0], sums[1]


def _is_key(connection: duckdb.DuckDBPyConnection, model: Model, key: list[str]) -> bool:
    """Return whether the key names each row of both sides once; else rows are compared whole."""
    return not any(
        _one(
            connection,
            "select count(*) from (select 1 from "
            f"{_relation(database, model)} group by {sql.names(key)} having count(*) > 1)",
        )[0]
        for database in (CURRENT, OTHER)
    )


def _by_key(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    key: list[str],
    shared: list[str],
    shown: int,
) -> tuple[tuple[int, int, int], tuple[Difference, ...]]:
    values = [name for name in shared if name not in key]
    same = " and ".join(
        f"old.{name} is not distinct from new.{name}" for name in map(sql.name, key)
    )
    differs = [f"old.{name} is distinct from new.{name}" for name in map(sql.name, values)]
    changed = f"old.here and new.here and ({' or '.join(differs) or 'false'})"
    sides = [
        f"(select *, true as here from {_relation(database, model)})"
        for database in (CURRENT, OTHER)
    ]
    joined = f"{sides[0]} as old full outer join {sides[1]} as new on {same}"
    counts = _one(
        connection,
        "select count(*) filter (where new.here is null), "
        f"count(*) filter (where old.here is null), count(*) filter (where {changed}) "
        f"from {joined}",
    )
    if not any(counts):
        return (0, 0, 0), ()
    named = [_natural(name, shared) for name in key]
    names = ", ".join(
        f"cast(coalesce(old.{name}, new.{name}) as varchar)" for name in map(sql.name, named)
    )
    pairs = "".join(
        f", cast(old.{name} as varchar), cast(new.{name} as varchar)"
        for name in map(sql.name, values)
    )
    rows = connection.execute(
        f"select old.here, new.here, {names}{pairs} from {joined} "
        f"where old.here is null or new.here is null or {changed} "
        f"order by {', '.join(str(number + 3) for number in range(len(key)))} limit {shown}"
    ).fetchall()
    examples = []
    for old, new, *cells in rows:
        pair = cells[len(key) :]
        examples.append(
            Difference(
                ", ".join(
                    f"{name}={_shown(cell)}"
                    for name, cell in zip(named, cells[: len(key)], strict=True)
                ),
                "both" if old and new else "only current" if old else "only other",
                tuple(
                    (name, _shown(was), _shown(now))
                    for name, was, now in zip(values, pair[::2], pair[1::2], strict=True)
                    if old and new and was != now
                ),
            )
        )
    return (counts[0], counts[1], counts[2]), tuple(examples)


def _natural(key: str, columns: list[str]) -> str:
    """Return the column with the natural id of a surrogate key, for people, if there is one."""
    natural = f"{key.removesuffix('_key')}_id"
    return natural if key.endswith("_key") and natural in columns else key


def _by_row(
    connection: duckdb.DuckDBPyConnection, model: Model, shared: list[str], shown: int
) -> tuple[tuple[int, int, int], tuple[Difference, ...]]:
    """Compare whole rows, each as often as it occurs."""
    counts, examples = [], []
    for where, first, second in (
        ("only current", CURRENT, OTHER),
        ("only other", OTHER, CURRENT),
    ):
        rest = " except all ".join(
            f"select {sql.names(shared)} from {_relation(database, model)}"
            for database in (first, second)
        )
        counts.append(_one(connection, f"select count(*) from ({rest})")[0])
        rows = connection.execute(f"select * from ({rest}) order by all limit {shown}").fetchall()
        for row in rows:
            cells = (
                f"{name}={_shown(cell)}" for name, cell in zip(shared, row, strict=True)
            )
            examples.append(Difference(", ".join(cells), where))
    return (counts[0], counts[1], 0), tuple(examples)


def _shown(value: object) -> str:
    return "-" if value is None else str(value)


def chosen_models(models: dict[str, Model], asked: str) -> list[Model]:
    """Return the models that MODEL names; raise ``BadInputError`` for an unknown one."""
    known = {name: model for name, model in models.items() if model.schema in SCHEMAS}
    if asked == "all":
        return sorted(known.values(), key=lambda m: (SCHEMAS.index(m.schema), m.name))
    if asked in known:
        return [known[asked]]
    close = get_close_matches(asked, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    raise BadInputError(f"MODEL: expected `all` or a model; found {asked!r}{hint}")


def other_database(settings: Settings, warehouse: Warehouse, asked: str) -> Path:
    """Return the database that FROM names."""
    if asked == "dev":
        path = settings.absolute(Path(os.environ.get("DEV_DATABASE") or "target/dev.duckdb"))
        remedy = "`make dev` makes it"
    elif asked == "work":
        path = warehouse.work / DATABASE
        remedy = "a night that was not published leaves it"
        if warehouse.linked(warehouse.work) == warehouse.linked(warehouse.current):
            raise BadInputError(
                "FROM=work: the last night was published; it is the current generation itself"
            )
    else:
        raise BadInputError(f"FROM: expected dev or work; found {asked!r}")
    if not path.exists():
        raise BadInputError(f"{path} does not exist; {remedy}")
    return path


def print_comparisons(found: list[Comparison], source: str, reporter: Reporter) -> None:
    """Print a line for each model, then what differs of those that differ."""
    columns = ["", "rows current", f"rows {source}", "only current", f"only {source}", "changed"]
    reporter.table(
        [*columns, ""],
        [
            [
                f"{one.model.schema}.{one.model.name}",
                *("-" if count is None else f"{count:,}" for count in one.rows),
                *(f"{count:,}" for count in (one.only_current, one.only_other, one.changed)),
                _verdict(one),
            ]
            for one in found
        ],
    )
    for one in found:
        if one.is_same or None in one.rows:
            continue
        reporter.line()
        reporter.line(f"{one.model.schema}.{one.model.name}", "bold")
        for change in one.columns:
            reporter.line(f"  column {change}")
        sums = [
            [name, f"{was:,}", f"{now:,}", f"{now - was:+,}"]
            for name, was, now in one.sums
            if was != now
        ]
        if sums:
            reporter.table(["sum of", "current", source, "difference"], sums)
        for example in one.examples:
            reporter.line(f"  {example.where.replace('other', source)}: {example.key}")
            for name, was, now in example.values:
                reporter.line(f"    {name}: {was} -> {now}")
        left = one.only_current + one.only_other + one.changed - len(one.examples)
        if left > 0:
            reporter.line(f"  and {left:,} more")


def _verdict(one: Comparison) -> str:
    if one.is_new:
        return "new"
    if one.rows[1] is None:
        return "MISSING"
    parts = (
        ("columns", one.columns),
        ("rows", one.only_current or one.only_other or one.changed),
        ("sums", any(was != now for _, was, now in one.sums)),
    )
    differing = [name for name, differs in parts if differs]
    return f"{', '.join(differing)} DIFFER" if differing else "same"


def main() -> int:
    """Compare what the environment asks for; 0 the same, 1 different, 2 cannot be compared."""
    reporter = Reporter()
    try:
        settings = Settings.from_environment(for_night=False)
        asked, source = os.environ.get("MODEL") or "all", os.environ.get("FROM") or "dev"
        models = chosen_models(read_models(settings.project_root), asked)
        warehouse = Warehouse(settings.absolute(settings.warehouse))
        current = warehouse.current / DATABASE
        if not current.exists():
            raise BadInputError(f"{current}: nothing is published yet; run `make nightly` first")
        other = other_database(settings, warehouse, source)
        run_id = warehouse.linked(warehouse.current)
        shown_path = os.path.relpath(other, settings.project_root)
        reporter.line(f"{shown_path} against the published generation {run_id}", "bold")
        with attach(current.resolve(), other.resolve()) as connection:
            refuse_two_companies(connection)
            shown = SHOWN_OF_ALL if asked == "all" else SHOWN
            results = [compare(connection, model, shown) for model in models]
        found = [one for one in results if one is not None]
        if not found:
            raise BadInputError(f"neither database has {asked}; `dbt build` makes it")
    except NightError as error:
        for line in error.lines:
            reporter.line(line, "bold red")
        return int(error.exit_code)
    print_comparisons(found, source, reporter)
    different = [one for one in found if not one.is_same and not one.is_new]
    new = sum(one.is_new for one in found)
    reporter.line()
    reporter.line(
        f"{len(found) - len(different) - new} the same, {len(different)} different, {new} new"
    )
    return int(ExitCode.OTHER if different else ExitCode.PUBLISHED)


if __name__ == "__main__":
    sys.exit(main())
