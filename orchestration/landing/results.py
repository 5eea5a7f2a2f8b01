"""What a landing reports: its rules, and what became of each table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orchestration.landing.findings import Finding, has_errors


@dataclass(frozen=True, slots=True)
class LandingRules:
    """The company's settings that landing obeys."""

    functional_currency: str
    rejected_row_limit_pct: Decimal = Decimal(1)
    fx_max_age_days: int = 7
    first_plausible_date: date = date(1990, 1, 1)
    last_plausible_date: date = date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class TableResult:
    """What became of one table.

    ``repeated_rows`` were delivered more than once with the same content, ``superseded_rows``
    were replaced by a later ``recorded_at``; delivered = landed + rejected + both of these.
    ``bytes`` is the size of the landed files, ``is_in_place`` whether they are the extracts.
    """

    system: str
    table: str
    files: int
    delivered_rows: int
    landed_rows: int
    rejected_rows: int
    repeated_rows: int
    superseded_rows: int
    bytes: int
    seconds: float
    is_in_place: bool


@dataclass(frozen=True, slots=True)
class LandingResult:
    """All findings and all tables of one landing."""

    findings: tuple[Finding, ...]
    tables: tuple[TableResult, ...]

    @property
    def is_good(self) -> bool:
        """Return whether the night may go on."""
        return not has_errors(self.findings)


Progress = Callable[[TableResult, int, int], None]
"""Called after each table with its result, its number (from one) and the number of tables."""
