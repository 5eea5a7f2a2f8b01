"""Invoices and credit notes of a block of orders, whole or in parts, and their postings.

A delivery waits on the account of unbilled deliveries until its invoice, a subscription on
deferred revenue until its month. What translation leaves there once an order is billed and
recognised in full is a currency result. Payments are in `settlement`.
"""

from typing import NamedTuple

import numpy as np

from demo import chart
from demo.customers import HUNTER, OCCASIONAL
from demo.draws import Ints, between, keyed
from demo.frames import Frame, joined, picked
from demo.journal import Journal
from demo.money import divided, total_by, translated
from demo.sales import (
    GOODS,
    IN_PARTS,
    RETURN,
    SUBSCRIPTION,
    Sales,
    order_key,
    order_totals,
)
from demo.timeline import HORIZON, NONE, Rates

INVOICE, CREDIT_NOTE = range(2)
_ID_COLUMNS = ("month", "customer", "sequence", "owner", "currency")


class Bills(NamedTuple):
    """Invoices, and the lines of those that bill an order in parts.

    `invoices["order"]` and `invoices["credited"]` are rows of the orders and of the invoices.
    """

    invoices: Frame
    lines: Frame


def bills(seed: int, sold: Sales) -> Bills:
    """Return the bills of a block; amounts of credit notes are positive."""
    orders, lines = sold
    net, tax = order_totals(sold)
    count = len(net)
    served = np.zeros(count, dtype=np.int64)
    np.maximum.at(served, lines["order"], lines["on"])
    issued = np.where(orders["kind"] == GOODS, orders["shipped"], served)
    issued = np.where(orders["kind"] == SUBSCRIPTION, orders["ordered"], issued)
    in_parts = orders["billing"] == IN_PARTS
    whole = _invoices(orders, np.flatnonzero(~in_parts), issued, net + tax, tax, 1)
    back = orders["kind"][whole["order"]] == RETURN
    place = np.full(count, NONE)
    place[whole["order"]] = np.arange(len(back))
    parent = orders["parent"][whole["order"]]
    whole["kind"] = np.where(back, CREDIT_NOTE, INVOICE)
    whole["credited"] = np.where(back, place[np.where(back, parent, 0)], NONE)
    for name in ("amount", "tax"):
        whole[name] = np.where(back, -whole[name], whole[name])

    split = in_parts[lines["order"]]
    parted = picked(lines, split)
    gross = parted["gross"] - parted["discount"] + parted["tax"]
    first = {"amount": divided(gross * 6, 10), "tax": divided(parted["tax"] * 6, 10)}
    second = {"amount": gross - first["amount"], "tax": parted["tax"] - first["tax"]}
    rows = np.flatnonzero(in_parts)
    key = order_key(seed, picked(orders, rows))
    later = np.zeros(count, dtype=np.int64)
    later[rows] = issued[rows] + between(key, "second part", 18, 44)
    tables, line_tables = [whole], []
    for part, (amounts, days) in enumerate(((first, issued), (second, later)), start=1):
        sums = [total_by(parted["order"], amounts[name], count) for name in ("amount", "tax")]
        on_time = rows[days[rows] <= HORIZON]
        start = sum(len(table["order"]) for table in tables)
        table = _invoices(orders, on_time, days, sums[0], sums[1], part)
        tables.append(table)
        at = np.full(count, NONE)
        at[on_time] = start + np.arange(len(on_time))
        mine = at[parted["order"]] != NONE
        line_tables.append(
            {
                "invoice": at[parted["order"]][mine],
                "order": parted["order"][mine],
                "order_line": parted["number"][mine],
                "amount": amounts["amount"][mine],
                "tax": amounts["tax"][mine],
            }
        )
    return Bills(joined(*tables), joined(*line_tables))


def _invoices(orders: Frame, rows: Ints, issued: Ints, amount: Ints, tax: Ints, part: int) -> Frame:
    own = {name: orders[name][rows] for name in _ID_COLUMNS}
    quick = (orders["archetype"] == HUNTER) | (orders["archetype"] == OCCASIONAL)
    terms = np.where(quick | (orders["kind"] == SUBSCRIPTION), 14, 30)
    return own | {
        "order": rows,
        "part": np.full(len(rows), part),
        "kind": np.full(len(rows), INVOICE),
        "credited": np.full(len(rows), NONE),
        "issued": issued[rows],
        "due": issued[rows] + terms[rows],
        "amount": amount[rows],
        "tax": tax[rows],
    }


def invoice_values(invoices: Frame, rates: Rates) -> tuple[Ints, Ints]:
    """Return amount and tax of each bill in functional currency at the rate of its date."""
    rate = rates.on(invoices["currency"], invoices["issued"])
    return translated(invoices["amount"], rate), translated(invoices["tax"], rate)


def book_bills(journal: Journal, sold: Sales, values: Frame, billed: Bills, rates: Rates) -> None:
    """Post the bills, and what translation leaves between delivery and bill."""
    orders, invoices = sold.orders, billed.invoices
    amount, tax = invoice_values(invoices, rates)
    sign = np.where(invoices["kind"] == CREDIT_NOTE, -1, 1)
    amount, tax = amount * sign, tax * sign
    deferred = orders["kind"][invoices["order"]] == SUBSCRIPTION
    journal.post("BILL", chart.RECEIVABLES, invoices["issued"], amount)
    journal.post("BILL", chart.VAT, invoices["issued"], -tax)
    waiting = tax - amount
    journal.post("BILL", chart.DEFERRED, invoices["issued"], np.where(deferred, waiting, 0))
    journal.post("BILL", chart.UNBILLED, invoices["issued"], np.where(deferred, 0, waiting))

    lines, count = sold.lines, len(orders["ordered"])
    net = values["gross_sales"] + values["discount"] + values["return"]
    left = total_by(lines["order"], -net, count) + total_by(invoices["order"], waiting, count)
    last = np.zeros(count, dtype=np.int64)
    np.maximum.at(last, lines["order"], lines["on"])
    np.maximum.at(last, invoices["order"], invoices["issued"])
    parts = np.bincount(invoices["order"], minlength=count)
    complete = parts == np.where(orders["billing"] == IN_PARTS, 2, 1)
    left = np.where(complete, left, 0)
    subscribed = orders["kind"] == SUBSCRIPTION
    journal.post("FX", chart.CURRENCY_RESULT, last, left)
    journal.post("FX", chart.DEFERRED, last, np.where(subscribed, -left, 0))
    journal.post("FX", chart.UNBILLED, last, np.where(subscribed, 0, -left))


def invoice_key(seed: int, invoices: Frame) -> np.typing.NDArray[np.uint64]:
    """Return the random key of each bill."""
    return keyed(
        seed,
        "invoice",
        invoices["customer"],
        invoices["month"],
        invoices["sequence"],
        invoices["part"],
    )
