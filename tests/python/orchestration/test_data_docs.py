"""What Data Docs call a run."""

import pytest
from dateutil.parser import parse  # type: ignore[import-untyped]

from orchestration.checks.data_docs import run_name

ID_LIKE_A_MOMENT = "20261122-203559-4324"


def test_a_run_is_not_taken_for_a_moment() -> None:
    assert parse(ID_LIKE_A_MOMENT).tzinfo is not None, "the id alone is"
    with pytest.raises(ValueError):
        parse(run_name(ID_LIKE_A_MOMENT))
