"""The comparison of both engines finds what differs: rows, how often, columns, types, tables."""

from pathlib import Path

import duckdb
import pytest

from tests.spark.comparing import Comparison, compare, published_tables

ROWS = "select 1 as id, cast(2.50 as decimal(18, 2)) as amount union all select 2, null"
EMPTY = f"select * from ({ROWS}) where false"


def compared(folder: Path, duckdb_side: str, spark_side: str | None) -> Comparison:
    """Return what the comparison says of two queries as a table of each engine."""
    files = folder / "spark" / "core.db" / "fct_orders"
    files.mkdir(parents=True)
    with duckdb.connect() as warehouse:
        warehouse.execute(f"create schema core; create table core.fct_orders as {duckdb_side}")
        if spark_side:
            warehouse.execute(f"copy ({spark_side}) to '{files}/part-0.parquet'")
        return compare(warehouse, "core.fct_orders", files)


def test_the_same_rows_in_another_order_are_the_same(tmp_path: Path) -> None:
    found = compared(tmp_path, ROWS, f"select * from ({ROWS}) order by id desc")
    assert found.is_same
    assert found.rows == 2


def test_two_empty_tables_are_the_same(tmp_path: Path) -> None:
    assert compared(tmp_path, EMPTY, EMPTY).is_same


@pytest.mark.parametrize(
    ("spark_side", "only_duckdb", "only_spark"),
    [
        (f"{ROWS} union all select 3, 1.00", 0, 1),
        (f"{ROWS} union all select 2, null", 0, 1),
        (f"select * from ({ROWS}) where id = 1", 1, 0),
        (ROWS.replace("2.50", "2.51"), 1, 1),
        (ROWS.replace("null", "0.00"), 1, 1),
        (EMPTY, 2, 0),
    ],
    ids=["one more", "one twice", "one less", "a cent", "null is not zero", "none"],
)
def test_rows_that_differ_are_counted(
    tmp_path: Path, spark_side: str, only_duckdb: int, only_spark: int
) -> None:
    found = compared(tmp_path, ROWS, spark_side)
    assert not found.is_same
    assert (found.only_duckdb, found.only_spark) == (only_duckdb, only_spark)
    assert found.notes


@pytest.mark.parametrize(
    "spark_side",
    [
        ROWS.replace("decimal(18, 2)", "decimal(38, 2)"),
        ROWS.replace("cast(2.50 as decimal(18, 2))", "2.5e0"),
        f"select cast(id as bigint) as id, amount from ({ROWS})",
        f"select amount, id from ({ROWS})",
        f"select id from ({ROWS})",
        f"select *, 1 as more from ({ROWS})",
        None,
    ],
    ids=["precision", "double", "bigint", "order", "one less", "one more", "not built"],
)
def test_columns_and_types_count(tmp_path: Path, spark_side: str | None) -> None:
    found = compared(tmp_path, ROWS, spark_side)
    assert not found.is_same
    assert found.notes


def test_a_table_of_spark_alone_is_a_difference(tmp_path: Path) -> None:
    with duckdb.connect() as warehouse:
        found = compare(warehouse, "core.fct_orders", tmp_path)
    assert not found.is_same


def test_views_are_compared_and_other_schemas_are_not() -> None:
    with duckdb.connect() as warehouse:
        for schema in ("core", "marts", "governance", "intermediate", "staging"):
            warehouse.execute(f"create schema {schema}; create view {schema}.one as select 1 as id")
        assert published_tables(warehouse) == ["core.one", "governance.one", "marts.one"]
