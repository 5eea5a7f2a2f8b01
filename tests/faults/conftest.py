"""A sandbox with one published generation, from which every test takes a copy."""

import os
from pathlib import Path

import pytest

from tests.python.sandbox import Sandbox


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sandbox, str]:
    """Return a sandbox in which one night was published, and what that night printed.

    ``FIRST_NIGHT`` names one that was made a moment ago; what it printed lies beside it.
    """
    made = os.environ.get("FIRST_NIGHT")
    if made:
        return Sandbox.at(Path(made)), Path(f"{made}.log").read_text("utf-8")
    sandbox = Sandbox(tmp_path_factory.mktemp("first") / "project")
    code, output = sandbox.night()
    assert code == 0, output
    return sandbox, output


@pytest.fixture
def sandbox(first_night: tuple[Sandbox, str], tmp_path: Path) -> Sandbox:
    """Return a copy of that sandbox."""
    return first_night[0].copy(tmp_path / "project")
