"""One published generation, kept as it was, and a project folder that each test finds like that."""

import os
import shutil
from pathlib import Path

import pytest

from tests.python.sandbox import Sandbox, first_night_in


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sandbox, str]:
    """Return the folder of a published night, which nobody changes, and what that night printed.

    ``FIRST_NIGHT`` names the place of one that was made a moment ago.
    """
    made = os.environ.get("FIRST_NIGHT")
    if made:
        place = Path(made)
    else:
        place = tmp_path_factory.mktemp("first")
        code = first_night_in(place)
        assert code == 0, (place / "output").read_text("utf-8")
    return Sandbox.at(place / "kept"), (place / "output").read_text("utf-8")


@pytest.fixture
def sandbox(first_night: tuple[Sandbox, str]) -> Sandbox:
    """Return that project where it was built, as it was: elsewhere dbt would parse it anew."""
    kept = first_night[0].root
    project = kept.with_name("project")
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(kept, project, symlinks=True)
    return Sandbox.at(project)
