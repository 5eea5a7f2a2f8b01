"""dbt builds one company and compiles the steps with which all others are built, once a session."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.oracle.judging import seeded
from tests.oracle.workshop import PROJECT_ROOT, Step, read_steps, run_dbt

BUILT_SEED = 3


@dataclass(frozen=True, slots=True)
class Compiled:
    """The steps of the project, and the company that dbt itself built."""

    steps: Sequence[Step]
    seed: int
    folder: Path
    database: Path


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """Return the project as dbt compiled it."""
    place = tmp_path_factory.mktemp("oracle")
    out = place / "steps.json"
    database = run_dbt("build", PROJECT_ROOT, seeded(BUILT_SEED), place, out)
    return Compiled(read_steps(out), BUILT_SEED, place / "build", database)
