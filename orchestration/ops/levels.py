"""A figure and its parts, level by level, and how they are printed.

Where the figures come from is in `explain` and `trace`.
"""

from dataclasses import dataclass
from decimal import Decimal

from orchestration.ops.progress import Reporter

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a figure: what it is called, how it was measured, its amount."""

    name: str
    measure: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Level:
    """A figure and its parts; ``total`` is taken from where the figure itself is kept.

    Of the parts as many as ``shown`` are printed, the largest first; all in their order if None.
    """

    title: str
    total: Decimal
    parts: tuple[Part, ...]
    shown: int | None = SHOWN

    @property
    def difference(self) -> Decimal:
        """Return what the parts miss of the total; zero if the books are right."""
        return self.total - sum((part.amount for part in self.parts), Decimal(0))


def print_levels(levels: list[Level], reporter: Reporter) -> None:
    """Print each level with its largest parts and their sum, all in the same columns."""
    rows: list[list[str]] = []
    for level in levels:
        parts = list(level.parts)
        if level.shown is not None:
            parts.sort(key=lambda part: -abs(part.amount))
        shown = len(parts) if level.shown is None else level.shown
        rows.append([level.title, "", f"{level.total:,.2f}"])
        rows += [[f"  {part.name}", part.measure, _money(part.amount)] for part in parts[:shown]]
        others = parts[shown:]
        if others:
            rest = sum((part.amount for part in others), Decimal(0))
            rows.append([f"  {len(others)} more", "", _money(rest)])
        rows.append(["  sum", "", _money(level.total - level.difference)])
        if level.difference:
            rows.append(["  MISSING", "", _money(level.difference)])
    if rows:
        reporter.table(["Figure and its parts", "measure", "amount"], rows, left=2)


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"
