"""A published file moves; and what other tests need to say that two nights published the same.

That the order of rows and how they are cut into files change nothing is tried by `test_kills`: its
last nights read extracts that are shuffled and cut, so that this takes no night of its own.
"""

import random
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.publishing.generations import DATABASE
from tests.python.sandbox import Sandbox

SCHEMAS = ("core", "marts", "governance")
pytestmark = pytest.mark.slow


def cut_and_shuffle(extracts: Path, seed: int) -> None:
    """Turn each CSV into a folder of three with its rows in another order."""
    draw = random.Random(seed)
    for path in sorted(extracts.glob("*.csv")):
        header, *rows = path.read_text().splitlines()
        draw.shuffle(rows)
        folder = extracts / path.stem
        (folder / "more").mkdir(parents=True)
        for number, name in enumerate(("b.csv", "a.csv", "more/c.csv")):
            (folder / name).write_text("\n".join([header, *rows[number::3]]) + "\n")
        path.unlink()


def relations(connection: duckdb.DuckDBPyConnection, database: str) -> list[tuple[str, str]]:
    return connection.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = ? and table_schema in (select unnest(?)) order by all",
        [database, list(SCHEMAS)],
    ).fetchall()


def assert_same_relations(first: Sandbox, second: Sandbox) -> None:
    """What both have published is the same, row by row; but the second knows of more runs."""
    with duckdb.connect() as connection:
        for alias, box in (("first", first), ("second", second)):
            path = box.warehouse.current / DATABASE
            connection.execute(f"attach '{path}' as {alias} (read_only)")
        names = relations(connection, "first")
        assert names == relations(connection, "second")
        assert len(names) > 20
        assert ("governance", "rpt_run_history") in names
        for schema, name in names:
            if name == "rpt_run_history":
                continue
            one, other = (f'{alias}."{schema}"."{name}"' for alias in ("first", "second"))
            (rows,) = connection.execute(
                f"select count(*) from ((from {one} except all from {other}) "
                f"union all (from {other} except all from {one}))"
            ).fetchone() or (None,)
            assert rows == 0, f"{schema}.{name} differs"


@pytest.mark.parametrize("alias", ["warehouse", "prod", "another_name"])
def test_a_published_file_answers_every_view_under_any_alias(
    first_night: tuple[Sandbox, str], tmp_path: Path, alias: str
) -> None:
    copy = tmp_path / f"{alias}_file.duckdb"
    shutil.copy(first_night[0].warehouse.current / DATABASE, copy)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{copy}' as {alias} (read_only)")
        views = connection.execute(
            "select schema_name, view_name from duckdb_views() "
            "where database_name = ? and not internal",
            [alias],
        ).fetchall()
        assert ("marts", "fct_customer_contribution_monthly") in views
        for schema, view in views:
            connection.execute(f'select * from {alias}."{schema}"."{view}"').fetchall()
