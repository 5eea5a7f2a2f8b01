"""The pages of the project are finished: no gap waits to be filled."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
GAP = re.compile(r"@[A-Z][A-Z_]*@|\bTODO\b|\bTBD\b|\bFIXME\b")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_gap_is_left_in_a_page(page: Path) -> None:
    assert GAP.findall(page.read_text("utf-8")) == []


def test_a_gap_would_be_found() -> None:
    assert GAP.findall("takes @FIGURES@ s, TODO") == ["@FIGURES@", "TODO"]
    assert GAP.findall("someone@EXAMPLE.org @dg.asset") == []
