"""The warehouse computes what the oracle computes, for companies nobody thought of, to the cent.

A difference is a defect in one of the two; `CONTRIBUTING.md` says how to find out in which.
``HYPOTHESIS_EXAMPLES=200`` asks for more companies.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle.choices import Drawn
from tests.oracle.company import Company, read_company
from tests.oracle.conftest import Compiled
from tests.oracle.generating import generate
from tests.oracle.judging import SEEDS_THAT_FAILED, judge, report, seeded
from tests.python.golden.companies import Case, find_cases

SEEDS = (*range(100, 108), *SEEDS_THAT_FAILED)
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "5"))


@st.composite
def companies(draw: st.DrawFn) -> Company:
    """Draw a company."""
    return generate(Drawn(draw))


@pytest.mark.parametrize("seed", SEEDS)
def test_companies_of_seeds(project: Compiled, tmp_path: Path, seed: int) -> None:
    company = seeded(seed)
    found = judge(company, project.steps, tmp_path / "company")
    assert not found, report(found, company, tmp_path / "company")


@pytest.mark.parametrize("case", find_cases(), ids=lambda case: case.name)
def test_published_examples(project: Compiled, tmp_path: Path, case: Case) -> None:
    company = read_company(case.name, case.folder)
    found = judge(company, project.steps, tmp_path / "company")
    assert not found, report(found, company, tmp_path / "company")


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(company=companies())
def test_companies_of_hypothesis(
    project: Compiled, tmp_path_factory: pytest.TempPathFactory, company: Company
) -> None:
    folder = tmp_path_factory.mktemp("drawn") / "company"
    found = judge(company, project.steps, folder)
    assert not found, report(found, company, folder)
