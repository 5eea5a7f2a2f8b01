"""Two databases that differ in one thing at a time."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.analysis import compare
from orchestration.analysis.models import Model, ModelColumn
from orchestration.ops.exits import BadInputError
from orchestration.ops.settings import Settings
from orchestration.publishing.generations import DATABASE, Warehouse

MODEL = Model("results", "marts", (), ("customer_id", "month"))
TABLE = (
    "create table marts.results (customer_id varchar, month integer, amount decimal(18, 2), "
    "note varchar)"
)
ROWS = [("A", 1, "10.00", None), ("B", 1, "20.00", "x"), (None, 1, "0.50", "y")]


def write(path: Path, rows: Sequence[tuple[object, ...]], table: str = TABLE) -> Path:
    """Write a database with one table."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(table)
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"insert into marts.results values ({marks})", rows)
    return path


def compared(
    folder: Path, rows: Sequence[tuple[object, ...]], table: str = TABLE, model: Model = MODEL
) -> compare.Comparison:
    """Compare the usual rows with others."""
    current, other = write(folder / "one.duckdb", ROWS), write(folder / "two.duckdb", rows, table)
    with compare.attach(current, other) as connection:
        found = compare.compare(connection, model)
    assert found is not None
    return found


def test_the_same_in_another_order_is_the_same(tmp_path: Path) -> None:
    found = compared(tmp_path, ROWS[::-1])
    assert found.is_same
    assert found.sums == (("amount", Decimal("30.50"), Decimal("30.50")),)
    assert not found.examples


def test_a_cent_is_a_difference_and_is_shown_with_both_values(tmp_path: Path) -> None:
    found = compared(tmp_path, [("A", 1, "10.01", None), *ROWS[1:]])
    assert not found.is_same
    assert (found.only_current, found.only_other, found.changed) == (0, 0, 1)
    assert found.sums == (("amount", Decimal("30.50"), Decimal("30.51")),)
    assert found.examples == (
        compare.Difference("customer_id=A, month=1", "both", (("amount", "10.00", "10.01"),)),
    )


def test_amounts_that_change_places_are_a_difference(tmp_path: Path) -> None:
    rows = [("A", 1, "20.00", None), ("B", 1, "10.00", "x"), ROWS[2]]
    found = compared(tmp_path, rows)
    assert found.changed == 2
    assert len({(was, now) for _, was, now in found.sums if was != now}) == 0
    assert not found.is_same


@pytest.mark.parametrize(
    ("rows", "counts", "where"),
    [
        (ROWS[1:], (1, 0, 0), "only current"),
        ([*ROWS, ("A", 2, "0.00", None)], (0, 1, 0), "only other"),
        ([("A", 1, "10.00", "z"), *ROWS[1:]], (0, 0, 1), "both"),
        ([*ROWS[:2], (None, 1, "0.50", None)], (0, 0, 1), "both"),
    ],
)
def test_rows_and_values_of_all_kinds(
    tmp_path: Path, rows: Sequence[tuple[object, ...]], counts: tuple[int, int, int], where: str
) -> None:
    found = compared(tmp_path, rows)
    assert (found.only_current, found.only_other, found.changed) == counts
    assert [example.where for example in found.examples] == [where]
    assert not found.is_same


def test_a_rate_is_compared_by_key_and_not_summed(tmp_path: Path) -> None:
    rate = ModelColumn("amount", "decimal(18, 2)", "", "non_additive")
    model = Model("results", "marts", (rate,), MODEL.key)
    found = compared(tmp_path, [("A", 1, "10.01", None), *ROWS[1:]], model=model)
    assert (found.changed, found.sums) == (1, ())


def test_a_surrogate_key_is_shown_as_the_natural_id(tmp_path: Path) -> None:
    table = "create table marts.results (customer_key bigint, customer_id varchar, amount integer)"
    current = write(tmp_path / "one.duckdb", [(1, "A", 5)], table)
    other = write(tmp_path / "two.duckdb", [(1, "A", 6)], table)
    with compare.attach(current, other) as connection:
        found = compare.compare(connection, Model("results", "marts", (), ("customer_key",)))
    assert found is not None
    assert [example.key for example in found.examples] == ["customer_id=A"]


def test_a_key_that_occurs_twice_is_compared_row_by_row(tmp_path: Path) -> None:
    found = compared(tmp_path, [*ROWS, ROWS[0]])
    assert (found.only_current, found.only_other, found.changed) == (0, 1, 0)
    assert found.examples[0].key.startswith("customer_id=A, month=1, amount=10.00")


def test_a_model_without_a_key_is_compared_row_by_row(tmp_path: Path) -> None:
    found = compared(tmp_path, ROWS[:2], model=Model("results", "marts", (), ()))
    assert (found.only_current, found.only_other) == (1, 0)


def test_columns_that_came_went_or_changed_are_named(tmp_path: Path) -> None:
    table = (
        "create table marts.results (customer_id varchar, month bigint, amount decimal(18, 2), "
        "remark varchar)"
    )
    found = compared(tmp_path, ROWS, table)
    assert found.columns == (
        "note is gone",
        "remark is new",
        "month was INTEGER, is BIGINT",
    )
    assert not found.is_same


def test_a_model_on_one_side_only_is_new_or_missing(tmp_path: Path) -> None:
    current = write(tmp_path / "one.duckdb", ROWS)
    other = write(tmp_path / "two.duckdb", [], "create table marts.other (id integer)")
    unknown = Model("other", "marts", (), ("id",))
    with compare.attach(current, other) as connection:
        gone = compare.compare(connection, MODEL)
        new = compare.compare(connection, unknown)
        nowhere = compare.compare(connection, Model("none", "marts", (), ()))
    assert gone is not None and not gone.is_same and not gone.is_new
    assert new is not None and new.is_new
    assert nowhere is None


def test_an_unknown_model_is_refused_with_the_one_that_was_meant() -> None:
    models = {"fct_results": Model("fct_results", "marts", (), ())}
    with pytest.raises(BadInputError, match="did you mean fct_results"):
        compare.chosen_models(models, "fct_result")
    assert compare.chosen_models(models, "all") == [models["fct_results"]]


def test_what_cannot_be_compared_is_said(tmp_path: Path, warehouse: Warehouse) -> None:
    settings = Settings.from_environment({"WAREHOUSE": str(warehouse.root)}, tmp_path)
    with pytest.raises(BadInputError, match="make dev"):
        compare.other_database(settings, warehouse, "dev")
    with pytest.raises(BadInputError, match="expected dev or work"):
        compare.other_database(settings, warehouse, "target/dev.duckdb")
    folder = warehouse.begin("20240101-000000-aaaa", {})
    write(folder / DATABASE, ROWS)
    assert compare.other_database(settings, warehouse, "work") == warehouse.work / DATABASE
    (warehouse.root / "current").symlink_to("generations/20240101-000000-aaaa")
    with pytest.raises(BadInputError, match="current generation itself"):
        compare.other_database(settings, warehouse, "work")


def write_customers(path: Path, *customers: str) -> Path:
    """Write a database with these customers and the one that stands for none."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema core")
        connection.execute(
            "create table core.dim_customers as select * from (values (0, 'unassigned')"
            + "".join(f", ({key}, '{name}')" for key, name in enumerate(customers, start=1))
            + ") as customers (customer_key, customer_id)"
        )
    return path


def test_two_companies_are_not_compared(tmp_path: Path) -> None:
    current = write_customers(tmp_path / "one.duckdb", "A", "B")
    for name, customers in (("same", "BC"), ("empty", "")):
        other = write_customers(tmp_path / f"{name}.duckdb", *customers)
        with compare.attach(current, other) as connection:
            compare.refuse_two_companies(connection)
    with compare.attach(current, write(tmp_path / "none.duckdb", ROWS)) as connection:
        compare.refuse_two_companies(connection)
    other = write_customers(tmp_path / "other.duckdb", "C", "D")
    with (
        compare.attach(current, other) as connection,
        pytest.raises(BadInputError, match="no customer in common"),
    ):
        compare.refuse_two_companies(connection)


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    write(tmp_path / "one.duckdb", ROWS)
    (tmp_path / "two.duckdb").write_text("nothing of the kind")
    with pytest.raises(BadInputError, match="cannot be read"):
        compare.attach(tmp_path / "one.duckdb", tmp_path / "two.duckdb")
