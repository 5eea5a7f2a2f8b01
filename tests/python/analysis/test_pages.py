"""The pages for readers name every table and say of every measure what its YAML says."""

import re
from pathlib import Path

from orchestration.analysis.measures import measures, shown
from orchestration.analysis.models import read_models

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
READ = ("core", "marts", "governance")
MODELS = {name: model for name, model in read_models(ROOT).items() if model.schema in READ}


def test_the_table_of_measures_is_that_of_the_yaml() -> None:
    found = set(shown((DOCS / "bi.md").read_text("utf-8")).splitlines())
    wanted = set(measures(ROOT).splitlines())
    assert found == wanted, "run `.venv/bin/python -m orchestration.analysis.measures`"
    assert len(found) > 10


def test_every_table_answers_something() -> None:
    page = (DOCS / "which-table.md").read_text("utf-8")
    assert [name for name in MODELS if not re.search(rf"\b{name}\b", page)] == []


def test_no_page_names_a_table_that_is_not_there() -> None:
    for page in ("which-table.md", "bi.md", "analysts.md"):
        text = (DOCS / page).read_text("utf-8")
        named = set(re.findall(r"\b(?:fct|dim|rpt)_\w+", text)) - {"fct_"}
        assert named <= set(MODELS), page
