"""Days, months and closing rates of the demo company's three years.

Days are integers since 1970-01-01, months are numbers 0 to 35 from January 2023. `NONE` stands
for an unknown date or number until the writer turns it into an empty field.
"""

from datetime import date

import numpy as np

from demo.draws import Bools, Ints, between, keyed

NONE = -(2**62)
MONTHS = 36
CURRENCIES = ("EUR", "USD", "GBP")


def day(text: str) -> int:
    """Return the day number of an ISO date."""
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def _first_days() -> Ints:
    years_months = ((2023 + m // 12, m % 12 + 1) for m in range(MONTHS + 13))
    return np.array([day(f"{y}-{m:02d}-01") for y, m in years_months], dtype=np.int64)


MONTH_START = _first_days()
MONTH_END = MONTH_START[1:] - 1
START = int(MONTH_START[0])
HORIZON = int(MONTH_END[MONTHS - 1])
FIRST_RATE_DAY = day("2022-12-01")
YEAR_MONTH = np.array([(2023 + m // 12) * 100 + m % 12 + 1 for m in range(MONTHS + 12)])
_HOLIDAYS = np.array(
    [day(f"{y}-{d}") for y in range(2022, 2027) for d in ("01-01", "05-01", "12-25", "12-26")]
)
_PATHS = ((920_000, 4_200), (1_155_000, 3_600))


def month_of(days: Ints) -> Ints:
    """Return the month number of each day; days before 2023 give -1."""
    return np.searchsorted(MONTH_START, days, side="right").astype(np.int64) - 1


def month_number(text: str) -> int:
    """Return the month number of an ISO date."""
    return int(month_of(np.array([day(text)]))[0])


def is_business_day(days: Ints) -> Bools:
    """Return whether banks and the warehouse work on each day."""
    workday: Bools = ((days + 3) % 7 < 5) & ~np.isin(days, _HOLIDAYS)
    return workday


def next_business_day(days: Ints) -> Ints:
    """Return each day itself or the first business day after it."""
    moved = days.copy()
    for _ in range(5):
        moved = np.where(is_business_day(moved), moved, moved + 1)
    return moved


def closing_rates(seed: int) -> tuple[Ints, Ints]:
    """Return business days and the rates of USD and GBP on them, in millionths, shape (2, days)."""
    days = np.arange(FIRST_RATE_DAY, HORIZON + 1, dtype=np.int64)
    days = days[is_business_day(days)]
    rates = np.empty((len(_PATHS), len(days)), dtype=np.int64)
    for row, (target, width) in enumerate(_PATHS):
        steps = between(keyed(seed, f"rate {row}", days), "step", -width, width)
        rate = target
        for column, step in enumerate(steps.tolist()):
            rate += step + (target - rate) // 60
            rates[row, column] = rate
    return days, rates


class Rates:
    """Closing rates by currency number and day, the last one carried over weekends."""

    def __init__(self, seed: int) -> None:
        """Draw the rates of the whole period."""
        self.days, self.closing = closing_rates(seed)
        every_day = np.arange(FIRST_RATE_DAY, HORIZON + 1)
        latest = np.searchsorted(self.days, every_day, side="right") - 1
        latest = np.maximum(latest, 0)
        euro = np.full((1, len(every_day)), 1_000_000, dtype=np.int64)
        self._table = np.vstack([euro, self.closing[:, latest]])

    def on(self, currency: Ints, days: Ints) -> Ints:
        """Return the rate in millionths of each currency on or last before each day."""
        rates: Ints = self._table[currency, days - FIRST_RATE_DAY]
        return rates
