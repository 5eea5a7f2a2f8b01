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


def test_the_sums_told_of_a_customer_stand_in_the_table() -> None:
    """What the sentence below the effects says of its customer is a row of the answer above it."""
    (shown,) = [shown for query, shown in queries() if "rpt_abc_effects_monthly" in query]
    text = PAGE.read_text("utf-8")
    told = re.search(r"^(C\d+) costs .*?: they are small", text, re.MULTILINE | re.DOTALL)
    assert told is not None
    (row,) = [line for line in shown.splitlines() if told[1] in line]
    sums = re.findall(r"\d[\d,]*\.\d\d", told[0])
    assert len(sums) == 4
    assert [each for each in sums if each.replace(",", "") not in row] == []
