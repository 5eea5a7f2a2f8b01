"""The rows at fault that an operator is shown when a data test fails."""

from pathlib import Path

import duckdb
import pytest

from orchestration.checks.failing_rows import failing_rows

TEST = "test.p.assert_nothing"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table wrong as select range as month from range(7)")
    return path


def shown(database: Path, query: str, status: str = "fail") -> list[str]:
    result = {"unique_id": TEST, "status": status, "compiled_code": query}
    return failing_rows(database, [{"results": [result]}, {}], TEST)


def test_a_finding_reads_as_a_sentence(database: Path) -> None:
    query = "-- comment\nselect 'rates' as seed, 'R1' as row_key, 'it is odd' as problem, "
    assert shown(database, query + "'mend it' as remedy, 3 as more -- end") == [
        "rates, R1: it is odd; mend it"
    ]


def test_the_first_rows_are_shown_as_they_are(database: Path) -> None:
    rows = shown(database, "select month, cast(null as date) as day, '' as id from wrong")
    assert rows == [f'month {n}, day is empty, id ""' for n in range(5)] + ["..."]
    assert shown(database, "select month from wrong where month > 5") == ["month 6"]


def test_what_can_not_be_asked_again_says_so(database: Path) -> None:
    (line,) = shown(database, "select month from gone")
    assert line.startswith("its rows can't be shown: Catalog Error")


def test_what_did_not_fail_has_no_rows(database: Path) -> None:
    assert shown(database, "select month from wrong", "pass") == []
    assert failing_rows(database, [{"results": []}], TEST) == []
