"""The page that companies read says what landing expects: tables, seeds, columns and settings."""

import re
from pathlib import Path

from orchestration.landing.declarations import read_seeds, read_system
from orchestration.landing.settings import read_settings

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "extract-contract.md").read_text("utf-8")
TABLES, SEEDS = PAGE.split("## Assumptions")


def rows(text: str) -> dict[str, str]:
    """Return the second cell of each table row by the name in its first one."""
    return dict(re.findall(r"^\| `(\w+)`\*? \| (.*?) \|", text, re.MULTILINE))


def columns(cell: str) -> list[tuple[str, bool]]:
    """Return each column's name and whether it carries a question mark, without remarks."""
    while "(" in cell:
        cell = re.sub(r" ?\([^()]*\)", "", cell)
    return [(name.rstrip("?"), name.endswith("?")) for name in cell.split(", ")]


def test_every_seed_stands_on_the_page_with_its_columns() -> None:
    shown = {name: columns(cell) for name, cell in rows(SEEDS.split("| Setting |")[0]).items()}
    assert shown == {
        seed.name: [(column.name, not column.is_required) for column in seed.columns]
        for seed in read_seeds(ROOT)
    }


def test_every_value_that_a_seed_allows_stands_on_the_page() -> None:
    cells = rows(SEEDS)
    cells["imputed_costs"] += cells["account_classification"]  # the same categories
    for seed in read_seeds(ROOT):
        for column in seed.columns:
            for value in column.allowed:
                assert re.search(rf"\b{value}\b", cells[seed.name]), (seed.name, value)


def test_every_setting_stands_on_the_page_with_its_default() -> None:
    shown = rows(SEEDS.split("| Setting |")[1])
    declared = read_settings(ROOT)
    assert set(shown) == set(declared)
    for name, default in shown.items():
        expected = declared[name].default or {
            "functional_currency": "none, required",
            "reporting_currency": "the functional currency",
            "invoices_from": "the month of the first order",
            "segment_process_scheme": "the first by id that is required and exclusive",
        }.get(name)
        assert default == expected


def test_every_table_stands_on_the_page_with_its_columns() -> None:
    cells = rows(TABLES)
    for table in read_system(ROOT, "extracts").tables:
        listed = cells.get(table.name) or TABLES
        for column in table.columns:
            if column.name != "recorded_at":
                assert re.search(rf"\b{column.name}\b", listed), (table.name, column.name)
