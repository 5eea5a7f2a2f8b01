"""The singular data tests: silent on good books, and each way to break the books is found."""

import pytest

from tests.python.singular_tests import (
    broken_effects,
    broken_identities,
    broken_inputs,
    broken_views,
)
from tests.python.singular_tests.books import EDGES, GOOD_BOOKS, Books, Broken

BREAKERS = (broken_identities, broken_effects, broken_inputs, broken_views)
BROKEN = [broken for module in BREAKERS for broken in module.BROKEN]
HARMLESS = [odd for module in BREAKERS for odd in module.HARMLESS]
NAMES = sorted({broken.test for broken in BROKEN})


def test_every_singular_test_is_tried(singular_tests: dict[str, str]) -> None:
    assert sorted(singular_tests) == NAMES


def test_the_books_hold_every_table_that_is_read(good_books: Books) -> None:
    copied = {table for table in good_books.tables if table not in GOOD_BOOKS}
    assert copied == {f"int_costing__{edge_model}_allocated" for edge_model, _, _ in EDGES}


@pytest.mark.parametrize("name", NAMES)
def test_good_books_are_silent(name: str, singular_tests: dict[str, str], books: Books) -> None:
    assert books.rows(singular_tests[name]) == []


@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_broken_books_are_found(
    broken: Broken, singular_tests: dict[str, str], books: Books
) -> None:
    books.change(broken.statements)
    assert len(books.rows(singular_tests[broken.test])) == broken.failures


@pytest.mark.parametrize("odd", HARMLESS, ids=str)
def test_harmless_books_are_silent(
    odd: Broken, singular_tests: dict[str, str], books: Books
) -> None:
    books.change(odd.statements)
    assert books.rows(singular_tests[odd.test]) == []
