"""Every example of docs/semantic-layer.md: `mf query` and the SQL beside it say the same.

The project is parsed in a folder of its own, because `mf` always works from the file
`target/semantic_manifest.json` of the project; the published warehouse is only read.
"""

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.landing.assumptions import compose

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "semantic-layer.md"
_EXAMPLE = re.compile(r"```sh\nmf query ([^\n]*)\n```\n\n```sql\n(.*?)```", re.DOTALL)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Example:
    """A question in metrics and the same in SQL."""

    arguments: list[str]
    query: str

    @property
    def metrics(self) -> list[str]:
        return self.arguments[self.arguments.index("--metrics") + 1].split(",")

    def __str__(self) -> str:
        return "+".join(self.metrics)


EXAMPLES = [
    Example(shlex.split(arguments), query)
    for arguments, query in _EXAMPLE.findall(PAGE.read_text("utf-8"))
]


@pytest.fixture(scope="module")
def demo() -> Path:
    """Return the warehouse of the published demo company."""
    folder = Path(os.environ.get("PUBLISHED", ROOT / "target" / "test"))
    warehouse = folder / "demo" / "warehouse"
    if not (warehouse / "current" / "warehouse.duckdb").exists():
        pytest.skip(f"demo is not published in {folder}; run its suite first")
    return warehouse.resolve()


@pytest.fixture(scope="module")
def project(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a copy of the project, parsed for the published warehouse, and its environment."""
    folder = tmp_path_factory.mktemp("semantic") / "project"
    for name in ("models", "macros", "seeds/reference", "tests/generic"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copyfile(ROOT / name, folder / name)
    assert compose("demo", folder / "target" / "assumptions", ROOT) == []
    done = _run(folder, demo, str(Path(sys.executable).parent / "dbt"), "--quiet", "parse")
    assert done.returncode == 0, done.stdout
    yield folder


def _run(project: Path, warehouse: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    return subprocess.run(
        command,
        cwd=project,
        env={
            **kept,
            "COMPANY": "demo",
            "WAREHOUSE": str(warehouse),
            "ASSUMPTIONS": "target/assumptions",
            "DBT_TARGET": "published",
            "DBT_LOG_PATH": "target",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def answers(project: Path, demo: Path) -> list[list[dict[str, str]]]:
    """Return the rows that `mf query` gives for each example, by the names of their columns."""
    files = [project / "target" / f"answer_{number}.csv" for number in range(len(EXAMPLES))]
    requests = project / "target" / "requests.json"
    requests.write_text(
        json.dumps(
            [
                [*example.arguments, "--csv", str(file)]
                for example, file in zip(EXAMPLES, files, strict=True)
            ]
        )
    )
    driver = Path(__file__).with_name("metric_queries.py")
    before = (demo / "current" / "warehouse.duckdb").stat()
    done = _run(project, demo, sys.executable, str(driver), str(requests))
    assert done.returncode == 0, done.stdout
    after = (demo / "current" / "warehouse.duckdb").stat()
    assert (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
    rows = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as stream:
            rows.append(list(csv.DictReader(stream)))
    return rows


def same(found: object, expected: object) -> bool:
    """Return whether a field of `mf` is a value of SQL: money to the cent, ratios to 9 digits."""
    found = str(found)
    if expected is None or found == "":
        return expected is None and found == ""
    if isinstance(expected, datetime | date):
        return date.fromisoformat(found[:10]) == date.fromisoformat(str(expected)[:10])
    if isinstance(expected, float):
        return float(found) == pytest.approx(expected, rel=1e-9)
    if isinstance(expected, Decimal | int):
        return abs(Decimal(found) - Decimal(expected)) < _CENT
    return found == expected


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=[str(e) for e in EXAMPLES])
def test_the_metrics_say_what_the_sql_says(
    number: int, answers: list[list[dict[str, str]]], demo: Path
) -> None:
    metrics, found = EXAMPLES[number].metrics, answers[number]
    path = str(demo / "current" / "warehouse.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        result = connection.execute(EXAMPLES[number].query)
        names = [column[0] for column in result.description or []]
        expected = result.fetchall()
    assert sorted(names[-len(metrics) :]) == sorted(metrics)
    keys = len(names) - len(metrics)
    # Groups stand first on both sides, in the order that `mf` gives them; metrics go by name.
    questioned = [
        [*list(row.values())[:keys], *(row[name] for name in names[keys:])] for row in found
    ]
    assert expected, "the example shows nothing"
    assert len(questioned) == len(expected)
    pairs = zip(_sorted(questioned, keys), _sorted(expected, keys), strict=True)
    for row, wanted in pairs:
        assert all(same(value, other) for value, other in zip(row, wanted, strict=True)), (
            row,
            wanted,
        )


def _sorted(rows: Iterable[Sequence[object]], keys: int) -> list[Sequence[object]]:
    return sorted(rows, key=lambda row: [str(value)[:10] for value in row[:keys]])


def test_every_metric_is_in_an_example_and_in_the_table(project: Path) -> None:
    manifest: dict[str, Any] = json.loads(
        (project / "target" / "semantic_manifest.json").read_text("utf-8")
    )
    metrics = {metric["name"] for metric in manifest["metrics"]}
    page = PAGE.read_text("utf-8")
    table = page[page.index("## Metrics") : page.index("Time is `metric_time`")]
    assert {name for example in EXAMPLES for name in example.metrics} == metrics
    assert {name for name in metrics if f"`{name}`" not in table} == set()
    assert len(metrics) >= 20


@pytest.mark.parametrize(
    ("found", "expected", "equal"),
    [
        ("1.00", Decimal("1.00"), True),
        ("1.01", Decimal("1.00"), False),
        ("1.0", 1.0, True),
        ("1.00000001", 1.0, False),
        ("", None, True),
        ("", Decimal("0.00"), False),
        ("0", None, False),
        ("2025-01-01 00:00:00", date(2025, 1, 1), True),
        ("2025-02-01 00:00:00", date(2025, 1, 1), False),
        ("a", "b", False),
        ("3", 3, True),
        ("3", 4, False),
    ],
)
def test_a_difference_is_seen(found: str, expected: object, equal: bool) -> None:
    assert same(found, expected) == equal
