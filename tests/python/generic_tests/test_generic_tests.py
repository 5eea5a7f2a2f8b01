"""The generic data tests, tried on rows that must pass and on rows that must fail.

A project of its own, made for one dbt call, holds a model for each case and reads the generic
tests where they stand. What the tests are used for does not belong here.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

PARENTS = "select 'a' as parent_id union all select 'b' union all select null"
KEY: dict[str, Any] = {"columns": ["first_id", "second_id"]}


@dataclass(frozen=True)
class Case:
    """Rows for one generic test and how many rows it must return."""

    name: str
    generic_test: str
    rows: str
    arguments: dict[str, Any]
    failures: int


def pairs(*rows: tuple[object, object]) -> str:
    """Return a select of the pairs as first_id, second_id."""
    values = [
        f"select cast({_literal(first)} as string) as first_id, "
        f"cast({_literal(second)} as string) as second_id"
        for first, second in rows
    ]
    return "\nunion all\n".join(values)


def _literal(value: object) -> str:
    return "null" if value is None else f"'{value}'"


def unique(name: str, failures: int, rows: str, **more: Any) -> Case:
    return Case(f"unique_{name}", "unique_combination", rows, {**KEY, **more}, failures)


def orphans(name: str, failures: int, rows: str) -> Case:
    arguments = {"column_name": "first_id", "to": "ref('parents')", "field": "parent_id"}
    return Case(f"orphans_{name}", "no_orphans", rows, arguments, failures)


CASES = [
    unique("good", 0, pairs(("a", 1), ("a", 2), ("b", 1))),
    unique("no_rows", 0, pairs(("a", 1)) + " where false"),
    unique("twice", 1, pairs(("a", 1), ("a", 1), ("b", 1))),
    unique("two_combinations", 2, pairs(("a", 1), ("a", 1), ("b", 1), ("b", 1), ("b", 1))),
    unique("first_empty", 1, pairs((None, 1), ("a", 1))),
    unique("last_empty", 1, pairs(("a", None), ("a", 1))),
    unique("all_empty", 1, pairs((None, None))),
    unique("may_be_empty", 0, pairs(("a", None), ("a", 1)), nullable=["second_id"]),
    unique("may_be_empty_once", 1, pairs(("a", None), ("a", None)), nullable=["second_id"]),
    unique("other_is_empty", 1, pairs((None, 1), ("a", None)), nullable=["second_id"]),
    orphans("good", 0, pairs(("a", 1), ("b", 1), ("b", 2))),
    orphans("no_rows", 0, pairs(("a", 1)) + " where false"),
    orphans("one", 1, pairs(("a", 1), ("c", 1))),
    orphans("each_row", 2, pairs(("c", 1), ("c", 2), ("a", 1))),
    orphans("empty_value", 1, pairs(("a", 1), (None, 1))),
    orphans("other_case", 1, pairs(("A", 1))),
]


def write_project(folder: Path, generic_tests: Path) -> None:
    """Write a dbt project with a model for each case."""
    (folder / "models").mkdir()
    (folder / "models" / "parents.sql").write_text(PARENTS)
    models = []
    for case in CASES:
        (folder / "models" / f"{case.name}.sql").write_text(case.rows)
        arguments = {key: value for key, value in case.arguments.items() if key != "column_name"}
        test = {case.generic_test: {"arguments": arguments}}
        model: dict[str, Any] = {"name": case.name}
        if "column_name" in case.arguments:
            column = {"name": case.arguments["column_name"], "data_tests": [test]}
            model["columns"] = [column]
        else:
            model["data_tests"] = [test]
        models.append(model)
    schema = {"version": 2, "models": models}
    project = {
        "name": "tried",
        "profile": "tried",
        "macro-paths": [str(generic_tests)],
        "flags": {"send_anonymous_usage_stats": False},
    }
    output = {"type": "duckdb", "path": str(folder / "tried.duckdb"), "threads": 1}
    profile = {"tried": {"target": "tried", "outputs": {"tried": output}}}
    (folder / "models" / "schema.yml").write_text(yaml.safe_dump(schema))
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(project))
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile))


@pytest.fixture(scope="module")
def failures(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Return how many rows the test of each case returned."""
    folder = tmp_path_factory.mktemp("generic_tests")
    write_project(folder, project_root / "tests" / "generic")
    environment = {name: value for name, value in os.environ.items() if "DBT_" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "build", "--no-use-colors"],
        cwd=folder,
        env={**environment, "DBT_PROFILES_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    results = folder / "target" / "run_results.json"
    assert results.exists(), done.stdout + done.stderr
    nodes = json.loads((folder / "target" / "manifest.json").read_text())["nodes"]
    counts = {}
    for result in json.loads(results.read_text())["results"]:
        node = nodes[result["unique_id"]]
        if node["resource_type"] == "test":
            assert result["status"] in {"pass", "fail"}, result["message"]
            counts[node["attached_node"].rpartition(".")[2]] = result["failures"]
    return counts


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_generic_test_returns_the_broken_rows(case: Case, failures: dict[str, int]) -> None:
    assert failures[case.name] == case.failures


def test_every_generic_test_is_tried_on_good_and_on_bad_rows(project_root: Path) -> None:
    files = (project_root / "tests" / "generic").glob("*.sql")
    names = {
        name for file in files for name in re.findall(r"{% *-? *test +(\w+)", file.read_text())
    }
    assert names == {case.generic_test for case in CASES if case.failures == 0}
    assert names == {case.generic_test for case in CASES if case.failures > 0}
