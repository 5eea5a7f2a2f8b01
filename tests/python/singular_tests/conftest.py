"""The singular tests as dbt compiles them, in one call, and the books that they are tried on."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.landing.declarations import read_seeds
from tests.python.singular_tests.books import Books


@pytest.fixture(scope="session")
def manifest(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return dbt's manifest with the compiled SQL of the singular tests."""
    folder = tmp_path_factory.mktemp("singular_tests")
    assumptions = folder / "assumptions"
    assumptions.mkdir()
    for seed in read_seeds(project_root):
        header = ",".join(column.name for column in seed.columns)
        (assumptions / f"{seed.name}.csv").write_text(header + "\n")
    kept = {name: value for name, value in os.environ.items() if "DBT_" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "compile", "--select", "test_type:singular"],
        cwd=project_root,
        env={
            **kept,
            "COMPANY": "demo",
            "ASSUMPTIONS": str(assumptions),
            "DEV_DATABASE": str(folder / "dev.duckdb"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "target"),
            "DBT_PROFILES_DIR": str(project_root),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    content: dict[str, Any] = json.loads((folder / "target" / "manifest.json").read_text())
    return content


@pytest.fixture(scope="session")
def singular_tests(manifest: dict[str, Any]) -> dict[str, str]:
    """Return the SQL of each singular test by name."""
    return {
        node["name"]: node["compiled_code"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and not node.get("test_metadata")
    }


@pytest.fixture(scope="session")
def good_books(manifest: dict[str, Any], singular_tests: dict[str, str]) -> Books:
    """Return the books of everything that a singular test reads."""
    nodes = manifest["nodes"]
    read = {
        parent
        for node in nodes.values()
        if node["name"] in singular_tests
        for parent in node["depends_on"]["nodes"]
    }
    return Books(nodes[name] for name in sorted(read))


@pytest.fixture
def books(good_books: Books) -> Iterator[Books]:
    """Return the good books; what a test does to them is taken back."""
    good_books.connection.execute("begin")
    yield good_books
    good_books.connection.execute("rollback")
