"""The pages for readers name every table and say of every measure what its YAML says."""

import re
from pathlib import Path

from orchestration.analysis.models import Model, read_models

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
READ = ("core", "marts", "governance")
MODELS = {name: model for name, model in read_models(ROOT).items() if model.schema in READ}


def within(description: str) -> str:
    """Return what a semi-additive measure may be added up within."""
    found = re.search(r"Semi-additive: within (.+)\.$", description)
    return f" ({found[1]})" if found else ""


def line(model: Model) -> str:
    """Return the row of a model in the table of measures."""
    cells = [
        ", ".join(
            f"`{column.name}`{within(column.description)}"
            for column in model.columns
            if column.additivity == additivity
        )
        for additivity in ("additive", "semi_additive", "non_additive")
    ]
    return " | ".join([f"| `{model.schema}.{model.name}`", *cells]) + " |"


def measures() -> str:
    """Return the table of measures, from the YAML."""
    chosen = [
        model
        for schema in ("marts", "governance", "core")
        for model in sorted(MODELS.values(), key=lambda model: model.name)
        if model.schema == schema and any(column.additivity for column in model.columns)
    ]
    header = ["| Table | additive | semi-additive | not additive |", "|---|---|---|---|"]
    return "\n".join([*header, *map(line, chosen)])


def test_the_table_of_measures_is_that_of_the_yaml() -> None:
    page = (DOCS / "bi.md").read_text("utf-8")
    missing = [row for row in measures().splitlines() if row not in page.splitlines()]
    assert not missing, "docs/bi.md lacks these rows:\n" + "\n".join(missing)
    shown = re.findall(r"^\| `\w+\.(\w+)` \|", page, re.MULTILINE)
    assert sorted(shown) == sorted(
        model.name for model in MODELS.values() if any(c.additivity for c in model.columns)
    )


def test_every_table_answers_something() -> None:
    page = (DOCS / "which-table.md").read_text("utf-8")
    assert [name for name in MODELS if not re.search(rf"\b{name}\b", page)] == []


def test_no_page_names_a_table_that_is_not_there() -> None:
    for page in ("which-table.md", "bi.md", "analysts.md"):
        text = (DOCS / page).read_text("utf-8")
        named = set(re.findall(r"\b(?:fct|dim|rpt)_\w+", text)) - {"fct_"}
        assert named <= set(MODELS), page
