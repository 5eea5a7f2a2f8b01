"""Fixtures of the landing tests."""

from pathlib import Path

import pytest

from tests.python.landing.company import Company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Return a company whose files are all good."""
    return Company(tmp_path)
