"""Holding what was landed against what the published generation was built from.

Extracts are whole histories, so a required table with far fewer rows than the night before was
delivered in part, or as a header only: every identity would hold of what is left. What is usual
within a month is judged by the expectations, not here.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from orchestration.landing.results import TableResult

LIMIT = "vanished_row_limit_pct"
BY_TABLE = "landed_rows_by_table"


def rows_by_table(tables: Iterable[TableResult]) -> dict[str, int]:
    """Return the landed rows of each table, `system.table`, as a run record keeps them."""
    return {f"{table.system}.{table.table}": table.landed_rows for table in tables}


def vanished_rows(
    published: Mapping[str, Any],
    landed: Iterable[TableResult],
    required: Collection[str],
    limit_pct: Decimal,
) -> list[str]:
    """Return a line for each required table that lost more than ``limit_pct`` of its rows.

    ``published`` is the record of the published run; ``required`` names tables, `system.table`.
    A run from before records had rows by table is compared with nothing.
    """
    before = published.get(BY_TABLE) or {}
    lines = []
    for name, now in rows_by_table(landed).items():
        then = int(before.get(name) or 0)
        if name in required and then and (then - now) * 100 > then * limit_pct:
            lines.append(
                f"{name}: {now:,} rows landed, {then:,} in the published run "
                f"{published.get('run_id')}: more than {limit_pct} % of them are gone. Deliver the "
                f"table again, or raise {LIMIT} in company_settings if that is right"
            )
    return lines
