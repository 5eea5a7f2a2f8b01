"""Comparing answers is tried on answers that must not pass."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.python.golden.comparing import differences

READINGS = {"doubled": "select customer_id, 2 * amount as amount from marts.costs"}
GOOD = "customer_id,amount\na,1.50\na,1.50\nb,-2.00\n,0.00\n"


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.costs (customer_id varchar, amount decimal(18, 2), share double)"
        )
        connection.execute(
            "insert into marts.costs values "
            "('a', 1.50, 0.5), ('a', 1.50, 0.5), ('b', -2.00, 0.1), (null, 0.00, 0.1)"
        )
        yield connection


def compare(
    warehouse: duckdb.DuckDBPyConnection, folder: Path, content: str, name: str = "costs"
) -> list[str]:
    answer = folder / f"{name}.csv"
    answer.write_text(content, "utf-8")
    return differences(warehouse, answer, READINGS)


def test_the_same_rows_in_any_order(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert compare(warehouse, tmp_path, GOOD) == []
    assert compare(warehouse, tmp_path, "amount\n-2.00\n1.50\n0.00\n1.50\n") == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (GOOD.replace("-2.00", "-2.01"), ["surplus: b, -2.00", "missing: b, -2.01"]),
        (GOOD.replace("a,1.50\n", "", 1), ["surplus: a, 1.50"]),
        (GOOD + "a,1.50\n", ["missing: a, 1.50"]),
        (GOOD.replace(",0.00", "c,0.00"), ["surplus: -, 0.00", "missing: c, 0.00"]),
        (GOOD.replace("\n,0.00\n", "\n,\n"), ["missing: -, -", "surplus: -, 0.00"]),
        ("customer_id\n", ["surplus: -", "surplus: a", "surplus: a", "surplus: b"]),
    ],
    ids=["a cent", "one row less", "one row more", "no customer", "no amount", "no rows"],
)
def test_what_differs_is_said(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path, content: str, expected: list[str]
) -> None:
    assert compare(warehouse, tmp_path, content) == expected


def test_a_reading(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    good = GOOD.replace("1.50", "3.00").replace("-2.00", "-4.00")
    assert compare(warehouse, tmp_path, good, "doubled") == []
    assert compare(warehouse, tmp_path, GOOD, "doubled") != []


@pytest.mark.parametrize(
    "content",
    [
        GOOD.replace("1.50", "1.504"),
        "customer_id,share\na,0.5\na,0.5\nb,0.1\n,0.1\n",
    ],
    ids=["finer than the column", "no exact number"],
)
def test_an_answer_that_a_cast_would_round(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path, content: str
) -> None:
    with pytest.raises(ValueError, match=r"costs\.csv"):
        compare(warehouse, tmp_path, content)


def test_a_name_that_is_nowhere_or_twice(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="0 tables"):
        compare(warehouse, tmp_path, GOOD, "sales")
    warehouse.execute("create table main.costs (amount integer)")
    with pytest.raises(ValueError, match="2 tables"):
        compare(warehouse, tmp_path, GOOD)


def test_a_column_that_is_nowhere(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error, match="revenue"):
        compare(warehouse, tmp_path, "customer_id,revenue\na,1\n")
