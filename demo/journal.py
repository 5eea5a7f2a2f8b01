"""The general journal: monthly totals that keep growing, and entries that are written in full.

Debit is positive. Every kind of monthly posting balances by itself, which `lines` checks before
anything is written. What is posted, and why, belongs to the modules that post.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from demo.draws import Ints
from demo.timeline import HORIZON, MONTH_END, MONTHS, YEAR_MONTH, month_of


class Line(NamedTuple):
    """One line of a journal entry; ids are empty where the line names nobody."""

    entry_id: str
    line_number: int
    posted_on: int
    account_id: str
    cents: int
    cost_center_id: str = ""
    customer_id: str = ""
    order_id: str = ""
    product_id: str = ""
    segment_id: str = ""
    description: str = ""


@dataclass
class Posting:
    """One side of an entry that is written in full."""

    account: str
    cents: int
    cost_center: str = ""
    customer: str = ""
    order: str = ""
    product: str = ""
    segment: str = ""


@dataclass
class Journal:
    """Everything posted so far."""

    seed: int
    totals: dict[tuple[str, str, str], Ints] = field(default_factory=dict)
    entries: list[Line] = field(default_factory=list)
    actual_cost: Ints = field(default_factory=lambda: np.zeros(MONTHS, dtype=np.int64))
    """Standard material of the product whose material is booked at actual cost."""

    def post(self, kind: str, account: str, days: Ints, cents: Ints, cost_center: str = "") -> None:
        """Add amounts of many days to the monthly totals of a kind of posting."""
        inside = days <= HORIZON
        months = month_of(days[inside])
        sums = np.bincount(months, weights=cents[inside].astype(np.float64), minlength=MONTHS)
        self.add(kind, account, np.rint(sums).astype(np.int64), cost_center)

    def add(self, kind: str, account: str, monthly: Ints, cost_center: str = "") -> None:
        """Add one amount for each month."""
        key = (kind, account, cost_center)
        self.totals[key] = self.totals.get(key, np.zeros(MONTHS, dtype=np.int64)) + monthly

    def transfer(self, kind: str, debit: str, credit: str, monthly: Ints, center: str = "") -> None:
        """Post one amount a month from one account to another; only the debit has a centre."""
        self.add(kind, debit, monthly, center)
        self.add(kind, credit, -monthly)

    def write(self, entry_id: str, posted_on: int, text: str, postings: list[Posting]) -> None:
        """Write one entry in full; it must balance."""
        if sum(posting.cents for posting in postings):
            raise ValueError(f"entry {entry_id} does not balance")
        for number, posting in enumerate(postings, start=1):
            self.entries.append(
                Line(
                    entry_id,
                    number,
                    posted_on,
                    posting.account,
                    posting.cents,
                    posting.cost_center,
                    posting.customer,
                    posting.order,
                    posting.product,
                    posting.segment,
                    text,
                )
            )

    def balance(self, account: str) -> Ints:
        """Return what was posted to an account, by month, totals and written entries."""
        moved = np.zeros(MONTHS, dtype=np.int64)
        for (_, posted, _), monthly in self.totals.items():
            if posted == account:
                moved = moved + monthly
        for line in self.entries:
            if line.account_id == account:
                moved[month_of(np.array([line.posted_on]))[0]] += line.cents
        return moved

    def lines(self) -> Iterator[Line]:
        """Return every line of the journal, one entry per kind of posting and month first."""
        kinds = sorted({kind for kind, _, _ in self.totals})
        for month in range(MONTHS):
            for kind in kinds:
                rows = [
                    (account, center, int(monthly[month]))
                    for (posted, account, center), monthly in sorted(self.totals.items())
                    if posted == kind and monthly[month]
                ]
                entry_id = f"{kind}-{YEAR_MONTH[month]}"
                if sum(cents for _, _, cents in rows):
                    raise ValueError(f"entry {entry_id} does not balance")
                for number, (account, center, cents) in enumerate(rows, start=1):
                    yield Line(entry_id, number, int(MONTH_END[month]), account, cents, center)
        yield from self.entries
