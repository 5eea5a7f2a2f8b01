"""The deliberate defects of `tests/mutations` fit the code: each old text stands once in its file.

Whether the tests catch them is tried by hand, because it takes a quarter of an hour.
"""

from pathlib import Path

import pytest

from tests.mutations.catalogue import MUTATIONS
from tests.mutations.mutation import Mutation

ROOT = Path(__file__).resolve().parents[3]
LEAST = 40


def test_there_are_enough() -> None:
    assert len(MUTATIONS) >= LEAST
    assert len({(item.file, item.old, item.new) for item in MUTATIONS}) == len(MUTATIONS)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda item: f"{item.file}: {item.why}")
def test_its_text_stands_once(mutation: Mutation) -> None:
    found = (ROOT / mutation.file).read_text("utf-8").count(mutation.old)
    assert found == 1, f"{mutation.file} holds this {found} times:\n{mutation.old}"
    assert mutation.new != mutation.old
