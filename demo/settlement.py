"""How bills are paid: on time or late, with a discount, in halves, ahead, together, or never.

Open items keep the value of the invoice date; the difference at payment is realised currency
result. Whatever would happen after the last day simply has not happened yet.
"""

from typing import NamedTuple

import numpy as np

from demo import chart
from demo.billing import CREDIT_NOTE, INVOICE, invoice_key, invoice_values
from demo.customers import HUNTER, OCCASIONAL
from demo.draws import Bools, Ints, below, between, chance
from demo.frames import Frame, joined, picked
from demo.journal import Journal
from demo.money import divided, total_by, translated
from demo.sales import AFTER_DEPOSIT, TOGETHER, Sales
from demo.timeline import HORIZON, MONTH_END, NONE, Rates, next_business_day

FULL, FIRST_HALF, SECOND_HALF, REFUND, DEPOSIT, COLLECTIVE = range(1, 7)
_NEVER_PAID = np.array([0, 0, 4, 14, 22, 8], dtype=np.int64)


class Settlement(NamedTuple):
    """Payments, their allocations and write-offs; `invoice` columns are rows of the invoices.

    `payments["invoice"]` is NONE for a payment on account. An allocation names its payment by the
    kind of payment and the invoice from which that payment has its number.
    """

    payments: Frame
    allocations: Frame
    write_offs: Frame


def settle(seed: int, sold: Sales, invoices: Frame, rates: Rates, journal: Journal) -> Settlement:
    """Return how a block of bills is settled by the last day, and post it."""
    return _Desk(seed, sold, invoices, rates, journal).settle()


class _Desk:
    """The accounts receivable of one block of bills."""

    def __init__(
        self, seed: int, sold: Sales, invoices: Frame, rates: Rates, journal: Journal
    ) -> None:
        self.invoices, self.rates, self.journal = invoices, rates, journal
        orders = picked(sold.orders, invoices["order"])
        self.key = invoice_key(seed, invoices)
        self.is_bill = invoices["kind"] == INVOICE
        self.value, _ = invoice_values(invoices, rates)
        self.rate = rates.on(invoices["currency"], invoices["issued"])
        notes = np.flatnonzero(invoices["kind"] == CREDIT_NOTE)
        count = len(self.value)
        self.note = np.full(count, NONE)
        self.note[invoices["credited"][notes]] = notes
        self.noted = self.note != NONE
        note = np.where(self.noted, self.note, 0)
        self.note_day = np.where(self.noted, invoices["issued"][note], NONE)
        self.note_amount = np.where(self.noted, invoices["amount"][note], 0)
        self.note_value = np.where(self.noted, self.value[note], 0)
        self._habits(orders)

    def _habits(self, orders: Frame) -> None:
        invoices, key = self.invoices, self.key
        plain = self.is_bill & ~self.noted
        shop = (orders["archetype"] == HUNTER) | (orders["archetype"] == OCCASIONAL)
        card = shop & chance(key, "card", 750)
        self.ahead = self.is_bill & (orders["billing"] == AFTER_DEPOSIT)
        self.together = self.is_bill & (orders["billing"] == TOGETHER)
        usual = ~self.ahead & ~self.together & ~card
        discounted = (orders["takes_discount"] == 1) & usual & plain
        late = (orders["late"] == 1) & usual & ~discounted & chance(key, "late", 700)
        never = plain & usual & chance(key, "never", _NEVER_PAID[orders["archetype"]])
        self.never = never & ~discounted
        self.halves = plain & usual & ~discounted & ~never & chance(key, "halves", 45)
        due, issued = invoices["due"], invoices["issued"]
        day = np.select(
            [card, discounted, late, self.together],
            [
                issued + below(key, "card day", 3),
                issued + between(key, "early", 4, 9),
                due + between(key, "delay", 8, 75),
                MONTH_END[invoices["month"]] + 18,
            ],
            due + between(key, "around", -6, 4),
        )
        self.day = next_business_day(day)
        self.netted = self.noted & (self.note_day <= self.day)
        self.ordered = orders["ordered"]
        self.open = np.where(self.netted, invoices["amount"] - self.note_amount, invoices["amount"])
        self.open_value = np.where(self.netted, self.value - self.note_value, self.value)
        self.deposit = np.where(self.ahead, divided(invoices["amount"] * 3, 10), 0)
        self.discount = np.where(discounted, divided(invoices["amount"] * 2, 100), 0)

    def settle(self) -> Settlement:
        payments = [self._whole(), *self._in_halves(), self._refunds()]
        deposits, applied = self._deposits()
        collective, split = self._collective()
        write_offs = self._write_offs()
        return Settlement(
            joined(*payments, deposits, collective), joined(applied, split), write_offs
        )

    def _payment(
        self, rows: Ints, kind: int, day: Ints, amount: Ints, discount: Ints, on_account: bool
    ) -> Frame:
        names = ("month", "customer", "sequence", "owner", "currency", "part")
        own = {name: self.invoices[name][rows] for name in names}
        return own | {
            "order": self.invoices["order"][rows],
            "kind": np.full(len(rows), kind),
            "paid": day,
            "amount": amount,
            "discount": np.where(discount > 0, discount, NONE),
            "invoice": np.full(len(rows), NONE) if on_account else rows,
        }

    def _received(self, frame: Frame, cleared: Ints, account: str = chart.RECEIVABLES) -> None:
        """Post cash, cash discount and the cleared value; the difference is currency result."""
        days = frame["paid"]
        rate = self.rates.on(frame["currency"], days)
        cash = translated(frame["amount"], rate)
        discount = np.where(frame["discount"] == NONE, 0, translated(frame["discount"], rate))
        invoice = np.maximum(frame["invoice"], 0)
        tax, amount = self.invoices["tax"][invoice], self.invoices["amount"][invoice]
        tax = divided(discount * tax, np.maximum(amount, 1))
        post = self.journal.post
        post("RCPT", chart.BANK, days, cash)
        post("RCPT", chart.CASH_DISCOUNTS, days, discount - tax)
        post("RCPT", chart.VAT, days, tax)
        post("RCPT", account, days, -cleared)
        post("RCPT", chart.CURRENCY_RESULT, days, cleared - cash - discount)

    def _inside(self, mask: Bools, day: Ints) -> Ints:
        return np.flatnonzero(mask & (day <= HORIZON))

    def _rest(self, amount: Ints, rows: Ints) -> Ints:
        """Return the value of what stays open of each bill, at the rate of its date."""
        return translated(self.invoices["amount"][rows] - amount, self.rate[rows])

    def _whole(self) -> Frame:
        alone = self.is_bill & ~self.never & ~self.halves & ~self._is_collective()
        rows = self._inside(alone & (self.open > 0), self.day)
        amount = (self.open - self.deposit - self.discount)[rows]
        frame = self._payment(rows, FULL, self.day[rows], amount, self.discount[rows], False)
        paid_ahead = self.value[rows] - self._rest(self.deposit[rows], rows)
        self._received(frame, self.open_value[rows] - paid_ahead)
        return frame

    def _in_halves(self) -> tuple[Frame, Frame]:
        later = next_business_day(self.day + between(self.key, "second half", 14, 40))
        none = np.zeros(len(later), dtype=np.int64)
        half = self.open // 2
        rows = self._inside(self.halves, self.day)
        first = self._payment(rows, FIRST_HALF, self.day[rows], half[rows], none[rows], False)
        rest = self._rest(half[rows], rows)
        self._received(first, self.value[rows] - rest)
        rows = self._inside(self.halves, later)
        second = self._payment(
            rows, SECOND_HALF, later[rows], (self.open - half)[rows], none[rows], False
        )
        self._received(second, self._rest(half[rows], rows))
        return first, second

    def _refunds(self) -> Frame:
        """Pay back what was returned after it had been paid, against the credit note."""
        day = next_business_day(self.note_day + between(self.key, "refund", 4, 12))
        day = np.where(self.noted, day, HORIZON + 1)
        paid = self.noted & ~self.netted & (self.day <= HORIZON)
        rows = self._inside(paid, day)
        notes = self.note[rows]
        frame = self._payment(notes, REFUND, day[rows], -self.note_amount[rows], 0 * notes, False)
        self._received(frame, -self.note_value[rows])
        return frame

    def _deposits(self) -> tuple[Frame, Frame]:
        day = next_business_day(self.ordered)
        rows = self._inside(self.ahead, day)
        amount = self.deposit[rows]
        frame = self._payment(rows, DEPOSIT, day[rows], amount, 0 * rows, True)
        held = translated(amount, self.rates.on(frame["currency"], frame["paid"]))
        self._received(frame, held, chart.DEPOSITS)
        applied = np.maximum(self.invoices["issued"][rows], day[rows])
        inside = applied <= HORIZON
        cleared = self.value[rows] - self._rest(amount, rows)
        self.journal.post("APPL", chart.DEPOSITS, applied, held)
        self.journal.post("APPL", chart.RECEIVABLES, applied, -cleared)
        self.journal.post("APPL", chart.CURRENCY_RESULT, applied, cleared - held)
        allocation = {"source": rows, "kind": frame["kind"], "invoice": rows, "applied": applied}
        return frame, picked(allocation | {"amount": amount}, inside)

    def _groups(self) -> tuple[Ints, Ints]:
        """Return the rows that wait for a collective payment and the group of each."""
        rows = self._inside(self.together & (self.open > 0), self.day)
        number = self.invoices["customer"][rows] * 1000 + self.invoices["month"][rows]
        _, group = np.unique(number, return_inverse=True)
        return rows, group.astype(np.int64)

    def _is_collective(self) -> Bools:
        rows, group = self._groups()
        several = np.bincount(group, minlength=1)[group] > 1 if len(rows) else rows > 0
        mask = np.zeros(len(self.open), dtype=np.bool_)
        mask[rows[several]] = True
        return mask

    def _collective(self) -> tuple[Frame, Frame]:
        """Return one payment for several bills of a month; it has its number from the first."""
        mask = self._is_collective()
        rows, group = self._groups()
        keep = mask[rows]
        rows, group = rows[keep], np.unique(group[keep], return_inverse=True)[1].astype(np.int64)
        groups = int(group.max()) + 1 if len(group) else 0
        order = np.lexsort((self.invoices["sequence"][rows], group))
        rows, group = rows[order], group[order]
        first = rows[np.searchsorted(group, np.arange(groups))]
        amount = total_by(group, self.open[rows], groups)
        frame = self._payment(first, COLLECTIVE, self.day[first], amount, 0 * first, True)
        self._received(frame, total_by(group, self.open_value[rows], groups))
        split = {
            "source": first[group],
            "kind": np.full(len(rows), COLLECTIVE),
            "invoice": rows,
            "applied": self.day[rows],
            "amount": self.open[rows],
        }
        return frame, split

    def _write_offs(self) -> Frame:
        day = next_business_day(self.invoices["due"] + between(self.key, "given up", 150, 200))
        rows = self._inside(self.never, day)
        self.journal.post("LOSS", chart.BAD_DEBTS, day[rows], self.value[rows])
        self.journal.post("LOSS", chart.RECEIVABLES, day[rows], -self.value[rows])
        return {"invoice": rows, "on": day[rows], "amount": self.invoices["amount"][rows]}
