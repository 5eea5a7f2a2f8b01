"""What the accountants' page shows for its queries is what the demo company's warehouse answers."""

import re
from pathlib import Path

import duckdb
import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "accountants.md"


def queries() -> list[tuple[str, str]]:
    """Return each query of the page with the block that follows it, or '' if none does."""
    found = []
    for part in PAGE.read_text("utf-8").split('warehouse.sql("""\n')[1:]:
        query, rest = part.split('"""', 1)
        shown = re.match(r"\)\)\nSQL\n```\n\n```\n(.*?)^```$", rest, re.MULTILINE | re.DOTALL)
        found.append((query, shown[1] if shown else ""))
    return found


@pytest.mark.parametrize("published", ["demo"], indirect=True)
def test_every_query_shows_its_answer(connection: duckdb.DuckDBPyConnection) -> None:
    pairs = queries()
    assert len(pairs) >= 3
    for query, shown in pairs:
        answer = str(connection.sql(query))
        printed = [line.rstrip() for line in answer.splitlines() if line.strip()]
        assert printed == shown.splitlines(), f"{query}\nanswers\n{answer}"
