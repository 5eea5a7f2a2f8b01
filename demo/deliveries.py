"""Direct costs of orders: freight, packaging, payment fees, tenders.

Only what the order itself causes belongs here; what people do for it is in `activities`.
"""

import numpy as np

from demo.customers import HAND_HELD, HUNTER, OCCASIONAL
from demo.draws import Bools, Ints, between, chance
from demo.frames import Frame, joined
from demo.money import divided, total_by
from demo.sales import GOODS, RETURN, Sales, order_key
from demo.timeline import NONE

COST_TYPES = ("freight", "packaging", "payment_fee", "tender")
FREIGHT, PACKAGING, PAYMENT_FEE, TENDER = range(4)
GBP = 2


def order_costs(seed: int, sold: Sales) -> Frame:
    """Return the order costs of a block; `line` is NONE where the whole order causes the cost."""
    orders, lines = sold
    count = len(orders["ordered"])
    key = order_key(seed, orders)
    weight = total_by(lines["order"], np.ones(len(lines["order"]), dtype=np.int64), count)
    ships, back = orders["kind"] == GOODS, orders["kind"] == RETURN
    freight = 890 + 340 * weight + 2_600 * orders["rush"] + between(key, "distance", 0, 600)
    freight = np.where(back, freight + 700, freight)
    freight = np.where(orders["currency"] == 0, freight, divided(freight * 17, 10))
    in_pounds = (orders["currency"] == GBP) & chance(key, "carrier", 500)
    tables = [
        _costs(sold, ships | back, FREIGHT, freight, np.where(in_pounds, GBP, 0)),
        _costs(sold, ships, PACKAGING, 120 + 60 * weight, np.zeros(count, dtype=np.int64)),
    ]
    total = total_by(lines["order"], lines["gross"] - lines["discount"] + lines["tax"], count)
    shop = ships & ((orders["archetype"] == HUNTER) | (orders["archetype"] == OCCASIONAL))
    fee = divided(total * 14, 1000) + 25
    tables.append(_costs(sold, shop, PAYMENT_FEE, fee, orders["currency"]))
    tendered = ships & (orders["archetype"] == HAND_HELD) & chance(key, "tender", 45)
    effort = between(key, "effort", 9_000, 32_000)
    tables.append(_costs(sold, tendered, TENDER, effort, np.zeros(count, dtype=np.int64)))
    tables.append(_crates(sold))
    return joined(*tables)


def _costs(sold: Sales, rows: Bools, kind: int, amount: Ints, currency: Ints) -> Frame:
    order = np.flatnonzero(rows)
    days = sold.orders
    on = np.where(days["shipped"] == NONE, days["ordered"], days["shipped"])
    on = days["ordered"] if kind == PAYMENT_FEE else on
    return {
        "order": order,
        "line": np.full(len(order), NONE),
        "kind": np.full(len(order), kind),
        "incurred": on[order],
        "amount": amount[order],
        "currency": currency[order],
    }


def _crates(sold: Sales) -> Frame:
    """Machines travel in crates of their own, one cost a line."""
    orders, lines = sold
    product = lines["product"]
    machine = (product % 4 == 1) & (product < 90_000) & (lines["original"] == NONE)
    rows = np.flatnonzero(machine & (orders["kind"] == GOODS)[lines["order"]])
    order = lines["order"][rows]
    return {
        "order": order,
        "line": lines["number"][rows],
        "kind": np.full(len(rows), PACKAGING),
        "incurred": orders["shipped"][order],
        "amount": 1_450 * lines["quantity"][rows] // 10_000,
        "currency": np.zeros(len(rows), dtype=np.int64),
    }
