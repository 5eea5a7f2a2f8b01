"""Holding what was landed against what the published generation was built from.

Extracts are whole histories, so a table with far fewer rows than the night before was delivered
in part, as a header only or, if it is not required, not at all: every identity would hold of what
is left. A table of few rows is judged like any other; there is no history that half of is right.
What is usual within a month is judged by the expectations, not here.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from orchestration.landing.results import TableResult

LIMIT = "vanished_row_limit_pct"
BY_TABLE = "landed_rows_by_table"


def rows_by_table(tables: Iterable[TableResult]) -> dict[str, int]:
    """Return the landed rows of each table, `system.table`, as a run record keeps them."""
    return {f"{table.system}.{table.table}": table.landed_rows for table in tables}


def published_rows(published: Mapping[str, Any]) -> dict[str, int]:
    """Return the rows of each table of a published run's record, none of an older record."""
    return {name: int(rows or 0) for name, rows in (published.get(BY_TABLE) or {}).items()}


def vanished_rows(
    published: Mapping[str, Any], landed: Iterable[TableResult], limit_pct: Decimal
) -> list[str]:
    """Return a line for each table that lost more than ``limit_pct`` of its rows.

    ``published`` is the record of the published run, and what had no rows in it can lose none.
    A run from before records had rows by table is compared with nothing.
    """
    before = published_rows(published)
    lines = []
    for name, now in rows_by_table(landed).items():
        then = before.get(name, 0)
        if then and (then - now) * 100 > then * limit_pct:
            lines.append(
                f"{name}: {now:,} rows landed, {then:,} in the published run "
                f"{published.get('run_id')}: more than {limit_pct} % of them are gone. Deliver the "
                f"table again, whole; if so few are right, raise {LIMIT} in company_settings for "
                "one night (100 lets a table vanish)"
            )
    return lines
