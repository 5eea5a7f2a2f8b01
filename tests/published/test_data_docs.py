"""Data Docs of a published company: every expectation is in them, and nobody's name."""

import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.checks import data_docs
from orchestration.checks.suites import load_suites
from orchestration.ops.settings import PROJECT_ROOT, Settings
from orchestration.publishing.generations import Warehouse


@pytest.fixture(scope="module")
def pages(published: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the text of each page of the site, by path."""
    warehouse = published.parent.parent
    company = warehouse.parent.name
    root = tmp_path_factory.mktemp("site")
    (root / "expectations").symlink_to(PROJECT_ROOT / "expectations")
    settings = Settings.from_environment(
        {"COMPANY": company, "EXTRACTS": "none", "WAREHOUSE": str(warehouse)}
    )
    page, runs = data_docs.build_site(replace(settings, project_root=root))
    assert page == root / data_docs.SITE / "index.html" and page.exists() and runs
    return {
        str(path.relative_to(page.parent)): path.read_text("utf-8")
        for path in page.parent.rglob("*.html")
    }


def test_every_expectation_is_there_with_owner_why_and_remedy(pages: dict[str, str]) -> None:
    text = "".join(page for name, page in pages.items() if name.startswith("validations/"))
    plain = re.sub(r"<[^>]+>", "", text)
    for suite in load_suites(PROJECT_ROOT):
        for item in suite["expectations"]:
            assert f"{item['meta']['name']}: " in plain
            assert f"Owner: {item['meta']['owner']}." in plain


def test_nobody_is_named(pages: dict[str, str], published: Path) -> None:
    identities = Warehouse(published.parent.parent).identities
    with duckdb.connect(str(identities), read_only=True) as connection:
        values = {
            str(value)
            for row in connection.execute(
                "select customer_name, email, tax_number from customers"
            ).fetchall()
            for value in row
            if value is not None and len(str(value)) > 5
        }
    with duckdb.connect(str(published), read_only=True) as connection:
        ids = {
            str(row[0])
            for row in connection.execute(
                "select customer_id from core.dim_customers where customer_key <> 0"
            ).fetchall()
        }
    assert len(values) > 500 and len(ids) > 500
    words = set(re.findall(r"[\w@.+-]+", " ".join(pages.values())))
    assert not words & ids
    everything = "\n".join(pages.values())
    assert [value for value in values if value in everything] == []
