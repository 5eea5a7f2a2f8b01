"""Each golden case gives its published answers, and its books balance.

A new case needs no code: every folder of `tests/golden` is found.
"""

from pathlib import Path

import duckdb
import pytest

from orchestration.checks.expectations import Evaluation, buffer_rows
from orchestration.checks.suites import load_suites
from tests.python.golden.companies import PROJECT_ROOT, Build, Case, find_cases
from tests.python.golden.comparing import differences
from tests.python.golden.readings import READINGS

CASES = find_cases()
ANSWERS = [(case, answer) for case in CASES for answer in case.answers]
# The data tests that a golden case stands on; a case that ran without them proves nothing.
IDENTITIES = {
    "assert_company_result_equals_ledger",
    "assert_customer_statement_ties",
    "assert_every_ledger_line_is_posted_once",
    "assert_every_pool_is_conserved",
    "assert_segments_sum_to_company_result",
}


def test_every_case_has_answers() -> None:
    assert CASES
    assert not [case.name for case in CASES if not case.answers]


@pytest.mark.parametrize(
    ("case", "answer"), ANSWERS, ids=[f"{case.name}-{answer.stem}" for case, answer in ANSWERS]
)
def test_the_warehouse_gives_the_answers(build: Build, case: Case, answer: Path) -> None:
    with duckdb.connect(str(build(case).database), read_only=True) as connection:
        found = differences(connection, answer, READINGS)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_terms_sum_to_the_ledger(build: Build, case: Case) -> None:
    with duckdb.connect(str(build(case).database), read_only=True) as connection:
        terms = connection.execute(
            "select cast(month as varchar), sum(amount) from marts.rpt_company_result_monthly "
            "group by month"
        ).fetchall()
    results = case.ledger_results()
    assert any(results.values())
    assert dict(terms) == results


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_smallest_company_meets_what_is_always_judged(build: Build, case: Case) -> None:
    (suite,) = [each for each in load_suites(PROJECT_ROOT) if each["name"] == "presence"]
    assert "judged_query" not in suite["meta"]
    buffer_rows()
    results = Evaluation(build(case).database).evaluate(suite)
    assert results and all(result["success"] for result in results)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_data_test_passes(build: Build, case: Case) -> None:
    data_tests = build(case).data_tests
    assert set(data_tests) >= IDENTITIES
    assert {name: status for name, status in data_tests.items() if status != "pass"} == {}
