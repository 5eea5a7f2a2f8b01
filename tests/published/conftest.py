"""Whole companies as they were published; what is tested here reads them and changes nothing.

``PUBLISHED`` names a folder with a warehouse for each company, as `tests/run.py` makes it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", params=["demo", "adventureworks"])
def published(request: pytest.FixtureRequest) -> Path:
    """Return the published database of a company."""
    folder = Path(os.environ.get("PUBLISHED", ROOT / "target" / "test"))
    path = folder / str(request.param) / "warehouse" / "current" / "warehouse.duckdb"
    if not path.exists():
        pytest.skip(f"{request.param} is not published in {folder}; run its suite first")
    return path


@pytest.fixture(scope="session")
def connection(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection that can only read."""
    with duckdb.connect(str(published), read_only=True) as connection:
        yield connection
