"""Builds the golden cases that the chosen tests ask for, all in one process, once a session."""

import os
import subprocess
import sys

import pytest

from tests.python.golden.companies import PROJECT_ROOT, Build, Built, Case

_OURS = {"COMPANY", "EXTRACTS", "WAREHOUSE", "ASSUMPTIONS", "NIGHT_TARGET", "DEV_DATABASE"}


@pytest.fixture(scope="session")
def build(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Return a function that gives a built case, or fails the test if it could not be built."""
    folder = tmp_path_factory.mktemp("golden")
    wanted = {
        value.name
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        for value in item.callspec.params.values()
        if isinstance(value, Case)
    }
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _OURS and not name.startswith("DBT_")
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.python.golden.building", str(folder), *sorted(wanted)],
        cwd=PROJECT_ROOT,
        env={
            **kept,
            "DBT_PROJECT_DIR": str(PROJECT_ROOT),
            "DBT_PROFILES_DIR": str(PROJECT_ROOT),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "target"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

    def built(case: Case) -> Built:
        result = Built(folder / case.name)
        if result.problems:
            pytest.fail("\n".join(result.problems), pytrace=False)
        return result

    return built
