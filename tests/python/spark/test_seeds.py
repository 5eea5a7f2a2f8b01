"""Texts of seeds as literals of Spark: nothing in a file ends the literal it stands in."""

from pathlib import Path

import pytest
from jinja2 import Environment

MACROS = Path(__file__).resolve().parents[3] / "macros" / "portable" / "seeds.sql"


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("0400", "'0400'"),
        ("", "''"),
        (None, "null"),
        ("None", "'None'"),
        ("Owner's salary", r"'Owner\'s salary'"),
        ("''", r"'\'\''"),
        ("a\\", r"'a\\'"),
        ("\\'", r"'\\\''"),
        ("100 % of {{ it }}", "'100 % of {{ it }}'"),
        ("one\ntwo", "'one\ntwo'"),
    ],
)
def test_a_text_becomes_a_literal(value: str | None, literal: str) -> None:
    macros = Environment(extensions=["jinja2.ext.do"]).from_string(MACROS.read_text("utf-8"))
    assert str(macros.module.text_literal(value)).strip() == literal  # type: ignore[attr-defined]
