"""What is kept of an evaluated expectation: verdict, counts and figures, never values of rows.

A row that a query returns may show the columns of ``WORDS`` and ``FIGURES`` only: drivers,
processes and other words of the company, and numbers and dates. Whose row it is, it never says.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

WORDS = (
    "measure_id",
    "measured_id",
    "driver_id",
    "process_id",
    "product_category",
    "segmentation",
    "segment_id",
    "tag_scheme",
    "account_id",
    "cost_center_id",
    "currency_code",
    "table_name",
    "term_id",
    "line_id",
)
# Shown if they hold a number or a date, whatever a query calls by these names.
FIGURES = (
    "month",
    "observed",
    "lowest",
    "highest",
    "earlier_mean",
    "earlier_months",
    "limit_pct",
)
_MOST_ROWS = 5
_FAILING = "failing"
_COUNTS = (
    "observed_value",
    "element_count",
    "missing_count",
    "missing_percent",
    "unexpected_count",
    "unexpected_percent",
)


def outcome(
    item: Mapping[str, Any], result: Mapping[str, Any], observed: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Reduce a result of the library to what may be kept, beside the expectation itself."""
    exceptions = _exceptions(result)
    details = result.get("result") or {}
    rows = (details.get("details") or {}).get("unexpected_rows")
    figures = {name: details[name] for name in _COUNTS if _is_figure(details.get(name))}
    if rows is not None:
        figures = {}
    elif "unexpected_count" in figures:
        figures.pop("observed_value", None)
    figures |= {name: value for name, value in (observed or {}).items() if _is_figure(value)}
    return {
        "id": str(item["id"]),
        "name": item["meta"]["name"],
        "type": item["type"],
        "success": bool(result.get("success")) and not exceptions,
        "failing": None if exceptions else _failing(rows, details),
        "observed": {name: _plain(value) for name, value in figures.items()},
        "rows": [shown(row) for row in (rows or ())[:_MOST_ROWS] if shown(row)],
        "exception": without_values(exceptions[0]) if exceptions else None,
        "kwargs": item["kwargs"],
        "meta": item["meta"],
    }


def unjudged(item: Mapping[str, Any], too_little: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outcome of an expectation whose suite had too little to judge: it is met.

    ``too_little`` are the figures that say so, `rows` and `judged_from` for two.
    """
    met = {"success": True, "result": {"details": {"unexpected_rows": []}}}
    return outcome(item, met, {"judged": 0, **too_little})


def is_judged(result: Mapping[str, Any]) -> bool:
    """Return whether there was anything to judge; an ``observed_query`` may count it."""
    return (result.get("observed") or {}).get("judged") != 0


def why_unjudged(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return how many expectations had nothing to judge, for each reason."""
    unjudged_ones = [result for result in results if not is_judged(result)]
    reasons = Counter(_why_unjudged(result["observed"]) for result in unjudged_ones)
    return [f"{count} not judged ({reason})" for reason, count in reasons.items()]


def _why_unjudged(observed: Mapping[str, Any]) -> str:
    rows, judged_from = observed.get("rows"), observed.get("judged_from")
    if isinstance(rows, int | float) and isinstance(judged_from, int | float):
        return f"{rows:,} rows, judged from {judged_from:,}"
    if observed.get("too_few_months") or "earlier_months" in observed:
        return "without enough earlier months"
    return "nothing to judge yet"


def figures(result: Mapping[str, Any]) -> str:
    """Return the observed figures of a kept result as text."""
    return ", ".join(f"{key} {value}" for key, value in (result.get("observed") or {}).items())


def shown(row: Mapping[str, Any]) -> str:
    """Return what may be shown of a row, as text; empty if nothing may."""
    words = [(name, row[name]) for name in WORDS if row.get(name) is not None]
    numbers = [(name, row[name]) for name in FIGURES if _is_figure(row.get(name))]
    return ", ".join(f"{name} {_plain(value)}" for name, value in words + numbers)


def without_values(message: str) -> str:
    """Return an exception's message without its statement and without anything it quotes.

    A quoted name may hold a quote itself: all from the first to the last quote is left out.
    """
    text = " ".join(message.split()).partition(" [SQL:")[0]
    return re.sub(r"[\"'`].*[\"'`]", "'...'", text)[:300]


def _exceptions(result: Mapping[str, Any]) -> list[str]:
    information = result.get("exception_info") or {}
    details: Iterable[Any] = (
        [information] if "raised_exception" in information else information.values()
    )
    return [
        str(detail.get("exception_message"))
        for detail in details
        if isinstance(detail, dict) and detail.get("raised_exception")
    ]


def _failing(rows: Sequence[Mapping[str, Any]] | None, details: Mapping[str, Any]) -> int | None:
    """Return how many objects fail: the column ``failing`` of a query, else its rows."""
    if rows is None:
        count = details.get("unexpected_count")
        return int(count) if isinstance(count, int) else None
    return sum(int(row[_FAILING]) if row.get(_FAILING) is not None else 1 for row in rows)


def _is_figure(value: Any) -> bool:
    """Return whether a value is a number or a date, which names nobody."""
    if isinstance(value, str):
        return re.fullmatch(r"\d{4}-\d\d-\d\d([T ][0-9:.]+)?", value) is not None
    return isinstance(value, int | float | Decimal | date)


def _plain(value: Any) -> Any:
    """Return a value as JSON takes it; figures without superfluous zeros."""
    if isinstance(value, Decimal | float) and math.isfinite(value):
        text = f"{value:.4f}".rstrip("0").rstrip(".")
        return float(text) if "." in text else int(text)
    return str(value) if not isinstance(value, int) else value
