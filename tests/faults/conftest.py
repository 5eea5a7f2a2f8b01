"""A sandbox with one published generation, from which every test takes a copy."""

import shutil
from pathlib import Path

import pytest

from tests.python.sandbox import Sandbox


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sandbox, str]:
    """Return a sandbox in which one night was published, and what that night printed."""
    sandbox = Sandbox(tmp_path_factory.mktemp("first") / "project")
    code, output = sandbox.night()
    assert code == 0, output
    return sandbox, output


@pytest.fixture
def sandbox(first_night: tuple[Sandbox, str], tmp_path: Path) -> "Sandbox":
    """Return a copy of that sandbox; the copy is removed if the test passes."""
    return first_night[0].copy(tmp_path / "project")


def forget(sandbox: Sandbox) -> None:
    """Remove a sandbox that nobody needs any more."""
    shutil.rmtree(sandbox.root)
