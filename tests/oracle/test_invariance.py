"""The order of rows, the cut of files, delivery twice and the number of threads change no cent."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.oracle.company import Company, Row, write_rows
from tests.oracle.comparing import Answer, answers, differences
from tests.oracle.conftest import Compiled
from tests.oracle.judging import seeded
from tests.oracle.workshop import built, land_written, prepare

SEEDS = (101,)


def built_from(project: Compiled, folder: Path, threads: int = 1) -> dict[str, Answer]:
    with built(project.steps, folder, threads) as connection:
        return answers(connection)


def permuted(company: Company, folder: Path) -> None:
    """Shuffle the rows of every extract and every seed."""
    random = Random(1)
    for tables in (company.extracts, company.seeds):
        for rows in tables.values():
            random.shuffle(rows)
    company.write(folder)


def split(company: Company, folder: Path) -> None:
    """Deliver each extract in three files of a folder, the last of them first."""
    company.write(folder)
    for table, rows in company.extracts.items():
        if rows:
            (folder / "extracts" / f"{table}.csv").unlink()
            for part in range(3):
                if rows[part::3]:
                    path = folder / "extracts" / table / f"part-{3 - part}.csv"
                    write_rows(path, [_whole(row, rows) for row in rows[part::3]])


def delivered_twice(company: Company, folder: Path) -> None:
    """Deliver each extract twice, in two files."""
    company.write(folder)
    for table, rows in company.extracts.items():
        if rows:
            (folder / "extracts" / f"{table}.csv").unlink()
            for name in ("monday", "tuesday"):
                write_rows(folder / "extracts" / table / f"{name}.csv", rows)


def _whole(row: Row, rows: list[Row]) -> Row:
    """Return a row with every column of its table."""
    return {column: "" for other in rows for column in other} | row


@pytest.mark.parametrize("deliver", [permuted, split, delivered_twice])
def test_how_it_is_delivered(
    project: Compiled, tmp_path: Path, deliver: Callable[[Company, Path], None]
) -> None:
    for seed in SEEDS:
        company = seeded(seed)
        prepare(company, tmp_path / f"{seed} as it is")
        expected = built_from(project, tmp_path / f"{seed} as it is")
        deliver(company, tmp_path / f"{seed}")
        land_written(company, tmp_path / f"{seed}")
        found = built_from(project, tmp_path / f"{seed}")
        assert all(expected.values())
        assert differences(expected, found, "as it is") == []


def test_threads(project: Compiled) -> None:
    expected = built_from(project, project.folder)
    assert differences(expected, built_from(project, project.folder, 2), "one thread") == []
