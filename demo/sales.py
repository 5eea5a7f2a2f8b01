"""Orders and order lines of a block of customers and months, returns among them.

Revenue and cost are not booked here and bills are not written here; see `bookings` and
`settlement`.
"""

from typing import NamedTuple

import numpy as np

from demo.catalogue import (
    FIELD_HOUR,
    FIRST_LICENCE,
    Catalogue,
    goods_quantity,
    subscription_product,
)
from demo.customers import FLASH_SALE, HAND_HELD, HUNTER, Customers, of_archetype
from demo.draws import Bools, Ints, Keys, below, between, chance, keyed
from demo.frames import Frame, joined, picked, repeated
from demo.money import QUANTITY, divided, total_by
from demo.timeline import HORIZON, MONTH_END, MONTH_START, NONE, month_of, next_business_day

GOODS, LICENCE, HOURS, SUBSCRIPTION, RETURN = range(5)
AT_ONCE, IN_PARTS, AFTER_DEPOSIT, TOGETHER = range(4)
SUBSCRIPTION_SEQUENCE = 70
VAT_PER_MILLE = np.array([190, 200, 200, 210, 200, 0], dtype=np.int64)
_SEASON = np.array([92, 95, 104, 101, 99, 98, 88, 84, 106, 110, 116, 107], dtype=np.int64)
_GROWTH = np.array([94, 100, 106], dtype=np.int64)
FLASH_PROMOTION, SPRING_PROMOTION = 1, 2


class Sales(NamedTuple):
    """Orders and their lines; `lines["order"]` is the row of the order."""

    orders: Frame
    lines: Frame


def sales(
    seed: int, catalogue: Catalogue, people: Customers, first_month: int, last_month: int
) -> Sales:
    """Return what a block of customers orders and sends back in months first .. last - 1."""
    months = np.arange(first_month, last_month, dtype=np.int64)
    orders = joined(_plain_orders(seed, people, months), _subscription_orders(seed, people, months))
    key = order_key(seed, orders)
    lines = _lines(seed, catalogue, people, orders, key)
    return with_returns(seed, Sales(orders, lines))


def order_key(seed: int, orders: Frame) -> Keys:
    """Return the random key of each order."""
    return keyed(seed, "order", orders["customer"], orders["month"], orders["sequence"])


def _plain_orders(seed: int, people: Customers, months: Ints) -> Frame:
    count, width = len(people.number), len(months)
    rate = of_archetype("orders", people.archetype) * people.activity // 1000
    rate = rate[:, None] * _SEASON[months % 12] * _GROWTH[np.minimum(months // 12, 2)] // 10_000
    row_keys = keyed(seed, "month", np.repeat(people.number, width), np.tile(months, count))
    number = rate.ravel() // 1000 + chance(row_keys, "one more", rate.ravel() % 1000)
    number += np.where(number > 1, between(row_keys, "swing", -1, 1), 0)

    who = np.repeat(np.arange(count), width)
    month = np.tile(months, count)
    joins = month == month_of(people.acquired)[who]
    number = np.where(joins, np.maximum(number, 1), number)
    number = np.where((people.archetype[who] == HUNTER) & ~joins, 0, number)
    earliest = np.maximum(MONTH_START[month], people.acquired[who])
    latest = np.minimum(MONTH_END[month], people.last_day[who])
    number = np.where(earliest <= latest, number, 0)

    cell, sequence = repeated(number)
    who, month = who[cell], month[cell]
    key = keyed(seed, "order", people.number[who], month, sequence)
    ordered = between(key, "day", earliest[cell], latest[cell])
    hunts = people.archetype[who] == HUNTER
    ordered = np.where(hunts & (sequence == 1), people.acquired[who], ordered)
    draw = below(key, "kind", 1000)
    kind = np.where(draw < 40, HOURS, np.where(draw < 65, LICENCE, GOODS))
    kind = np.where(hunts, GOODS, kind)
    rush = (kind == GOODS) & chance(key, "rush", of_archetype("rush", people.archetype[who]))
    shipped = next_business_day(ordered + np.where(rush, 0, between(key, "lag", 1, 6)))
    shipped = np.where(kind == GOODS, np.minimum(shipped, HORIZON), NONE)

    billing = np.where(people.pays_ahead[who] & (kind == GOODS), AFTER_DEPOSIT, AT_ONCE)
    parts = (people.archetype[who] == HAND_HELD) & (kind == GOODS) & chance(key, "parts", 70)
    billing = np.where(parts, IN_PARTS, billing)
    billing = np.where(people.pays_together[who] & (billing == AT_ONCE), TOGETHER, billing)
    billing = np.where((billing == AFTER_DEPOSIT) & (shipped - ordered < 2), AT_ONCE, billing)
    flash = (ordered >= FLASH_SALE[0]) & (ordered <= FLASH_SALE[1])
    flash &= hunts | chance(key, "tempted", 250)
    spring = (month == 27) & chance(key, "spring", 120)
    return _traits(people, who) | {
        "month": month,
        "sequence": sequence,
        "kind": kind,
        "ordered": ordered,
        "shipped": shipped,
        "rush": rush.astype(np.int64),
        "promotion": np.where(flash, FLASH_PROMOTION, np.where(spring, SPRING_PROMOTION, NONE)),
        "billing": billing,
    }


def _traits(people: Customers, who: Ints) -> Frame:
    """Return what an order takes over from its customer; `who` is the row among the people."""
    return {
        "who": who,
        "customer": people.number[who],
        "owner": people.number[who],
        "archetype": people.archetype[who],
        "currency": people.currency[who],
        "vat": VAT_PER_MILLE[people.country[who]],
        "late": people.late[who].astype(np.int64),
        "takes_discount": people.takes_discount[who].astype(np.int64),
    }


def _subscription_orders(seed: int, people: Customers, months: Ints) -> Frame:
    """Return one order per billing period, calendar aligned, on the first of the month."""
    count, width = len(people.number), len(months)
    who, month = np.repeat(np.arange(count), width), np.tile(months, count)
    begins, until = people.subscribes_from[who], people.subscribes_until[who]
    running = (begins != NONE) & (month >= begins) & (month <= until)
    billed = running & ((month % people.billing_months[who] == 0) | (month == begins))
    who, month = who[billed], month[billed]
    ordered = MONTH_START[month]
    same = np.full(len(who), NONE)
    return _traits(people, who) | {
        "month": month,
        "sequence": np.full(len(who), SUBSCRIPTION_SEQUENCE),
        "kind": np.full(len(who), SUBSCRIPTION),
        "ordered": ordered,
        "shipped": same,
        "rush": np.zeros(len(who), dtype=np.int64),
        "promotion": same,
        "billing": np.full(len(who), AT_ONCE),
    }


def months_covered(people: Customers, who: Ints, month: Ints) -> Ints:
    """Return how many months a subscription bill of this month covers."""
    period = people.billing_months[who]
    left = people.subscribes_until[who] - month + 1
    covered: Ints = np.minimum(period - month % period, left)
    return covered


def _lines(
    seed: int, catalogue: Catalogue, people: Customers, orders: Frame, key: Keys
) -> Frame:
    who, kind = orders["who"], orders["kind"]
    archetype = orders["archetype"]
    low, high = (of_archetype("lines", archetype, p) for p in (0, 1))
    count = np.where(orders["rush"] == 1, 1, between(key, "lines", low, high))
    count = np.where(kind == GOODS, count, 1)
    covered = months_covered(people, who, orders["month"])
    count = np.where(kind == SUBSCRIPTION, covered, count)
    order, number = repeated(count)
    line = keyed(seed, "line", key[order].view(np.int64), number)
    kind, archetype = kind[order], archetype[order]
    month = orders["month"][order]

    popular = np.minimum(*(below(line, f"good {n}", catalogue.goods) for n in (1, 2))) + 1
    product = np.select(
        [kind == LICENCE, kind == HOURS, kind == SUBSCRIPTION],
        [
            FIRST_LICENCE + below(line, "licence", 2),
            np.full(len(order), FIELD_HOUR),
            subscription_product(orders["customer"][order]),
        ],
        popular,
    )
    least, most = goods_quantity(popular)
    pieces = between(line, "pieces", least, most) * of_archetype("quantity_pct", archetype)
    pieces = np.maximum(pieces // 100, 1) * QUANTITY
    pieces = np.where(orders["rush"][order] == 1, np.maximum(pieces // 3 // QUANTITY, 1) * QUANTITY,
                      pieces)
    hours = between(line, "quarters", 2, 24) * (QUANTITY // 4)
    quantity = np.select([kind == GOODS, kind == HOURS], [pieces, hours], QUANTITY)

    currency = orders["currency"][order]
    gross = divided(quantity * catalogue.list_price(product, month, currency), QUANTITY)
    low, high = (of_archetype("discount", archetype, p) for p in (0, 1))
    rebate = between(line, "discount", low, high)
    promotion = orders["promotion"][order]
    rebate = np.where(promotion == SPRING_PROMOTION, rebate + 80, rebate)
    rebate = np.where((promotion == 1) & (archetype != HUNTER), 300, rebate)
    rebate = np.where(kind == SUBSCRIPTION, 0, rebate)
    discount = divided(gross * rebate, 1000)
    tax = divided((gross - discount) * orders["vat"][order], 1000)
    adapts = (kind == GOODS) & chance(line, "adapts", of_archetype("customised", archetype))

    ordered, shipped = orders["ordered"][order], orders["shipped"][order]
    served = np.minimum(ordered + between(line, "served", 1, 12), HORIZON)
    service_month = month + number - 1
    recognised = np.select(
        [kind == HOURS, kind == SUBSCRIPTION], [served, MONTH_END[service_month]], NONE
    )
    subscribed = kind == SUBSCRIPTION
    on = np.where(recognised != NONE, recognised, np.where(shipped != NONE, shipped, ordered))
    return {
        "order": order,
        "number": number,
        "product": product,
        "quantity": quantity,
        "gross": gross,
        "discount": discount,
        "tax": tax,
        "recognised": recognised,
        "customization": np.where(adapts, divided(gross * 6, 100), NONE),
        "service_from": np.where(subscribed, MONTH_START[service_month], NONE),
        "service_to": np.where(subscribed, MONTH_END[service_month], NONE),
        "original": np.full(len(order), NONE),
        "restocked": np.full(len(order), NONE),
        "on": on,
        "costed": ordered,
        "currency": currency,
    }


def _sent_back(seed: int, orders: Frame, lines: Frame) -> tuple[Bools, Keys]:
    key = keyed(seed, "return", order_key(seed, orders)[lines["order"]].view(np.int64),
                lines["number"])  # fmt: skip
    order = lines["order"]
    possible = (orders["kind"] == GOODS) & (orders["billing"] != IN_PARTS)
    possible &= orders["billing"] != AFTER_DEPOSIT
    returned = of_archetype("returned", orders["archetype"])
    return possible[order] & chance(key, "sent back", returned[order]), key


def with_returns(seed: int, sold: Sales) -> Sales:
    """Return the sales with one return order for each order of which something came back."""
    orders, lines = sold
    mask, key = _sent_back(seed, orders, lines)
    order_keys = order_key(seed, orders)
    back_on = next_business_day(orders["shipped"] + between(order_keys, "back after", 6, 38))
    mask &= (back_on <= HORIZON)[lines["order"]]
    rows = np.flatnonzero(mask)
    source, key = picked(lines, rows), key[rows]
    parents, within = np.unique(source["order"], return_inverse=True)
    within = within.astype(np.int64)

    pieces = source["quantity"] // QUANTITY
    some = np.where(chance(key, "all", 700), pieces, np.maximum(pieces // 2, 1))
    share_num, share_den = some, pieces
    stock = below(key, "stock", 100)
    restocked = np.select(
        [stock < 55, stock < 70, stock < 90], [some, np.full(len(rows), NONE), some // 2], 0
    )
    restocked = np.where(restocked == NONE, NONE, restocked * QUANTITY)
    first = np.zeros(len(parents), dtype=np.int64)
    running = np.arange(len(rows), dtype=np.int64)
    first[within[::-1]] = running[::-1]
    day = back_on[source["order"]]
    back_orders = picked(orders, parents)
    back_orders |= {
        "kind": np.full(len(parents), RETURN),
        "ordered": back_on[parents],
        "shipped": np.full(len(parents), NONE),
        "rush": np.zeros(len(parents), dtype=np.int64),
        "promotion": np.full(len(parents), NONE),
        "parent": parents,
    }
    back = {
        name: -divided(source[name] * share_num, share_den)
        for name in ("gross", "discount", "tax")
    }
    empty = np.full(len(rows), NONE)
    back_lines = source | back | {
        "order": within + len(orders["ordered"]),
        "number": running - first[within] + 1,
        "quantity": -some * QUANTITY,
        "recognised": day,
        "customization": empty,
        "original": rows,
        "restocked": restocked,
        "on": day,
    }
    orders = orders | {"parent": np.full(len(orders["ordered"]), NONE)}
    return Sales(joined(orders, back_orders), joined(lines, back_lines))


def order_totals(sold: Sales) -> tuple[Ints, Ints]:
    """Return net and tax cents of each order, in its own currency."""
    lines, count = sold.lines, len(sold.orders["ordered"])
    net = total_by(lines["order"], lines["gross"] - lines["discount"], count)
    return net, total_by(lines["order"], lines["tax"], count)
