"""The workshop is fast because it leaves dbt out; here it is held against dbt, and it can fail."""

from dataclasses import replace
from fractions import Fraction

import duckdb
import pytest

from tests.oracle.comparing import answers, differences, expectations
from tests.oracle.conftest import Compiled
from tests.oracle.judging import seeded
from tests.oracle.workshop import WorkshopError, built


def test_it_builds_what_dbt_builds(project: Compiled) -> None:
    with duckdb.connect(str(project.database), read_only=True) as connection:
        by_dbt = answers(connection)
    with built(project.steps, project.folder) as connection:
        by_workshop = answers(connection)
    assert all(by_dbt.values())
    assert differences(by_dbt, by_workshop, "dbt") == []


def test_a_cent_is_a_difference() -> None:
    expected = expectations(seeded(3))
    for question, answer in expected.items():
        key = next(iter(answer))
        changed = {**expected, question: {**answer, key: answer[key] + Fraction(1, 100)}}
        missing = {**expected, question: {k: v for k, v in answer.items() if k != key}}
        assert len(differences(expected, changed)) == 1
        assert len(differences(expected, missing)) == 1
        assert len(differences(missing, expected)) == 1


def test_a_query_that_fails_names_its_model(project: Compiled) -> None:
    broken = [
        replace(step, text="select 1 / nothing") if step.relation == "core.fct_orders" else step
        for step in project.steps
    ]
    with pytest.raises(WorkshopError, match=r"core\.fct_orders"), built(broken, project.folder):
        pass
