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
from demo.draws import Ints, Keys, below, between, chance, keyed
from demo.frames import Frame, joined, picked, repeated
from demo.money import QUANTITY, divided, total_by
from demo.timeline import (
    HORIZON,
    MONTH_END,
    MONTH_START,
    NONE,
    month_number,
    month_of,
    next_business_day,
)

GOODS, LICENCE, HOURS, SUBSCRIPTION, RETURN = range(5)
AT_ONCE, IN_PARTS, AFTER_DEPOSIT, TOGETHER = range(4)
SUBSCRIPTION_SEQUENCE = 70
VAT_PER_MILLE = np.array([190, 200, 200, 210, 200, 0], dtype=np.int64)
_SEASON = np.array([92, 95, 104, 101, 99, 98, 88, 84, 106, 110, 116, 107], dtype=np.int64)
_GROWTH = np.array([94, 100, 106], dtype=np.int64)
FLASH_PROMOTION, SPRING_PROMOTION = 1, 2
SPRING_MONTH = month_number("2025-04-01")


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
    """Return orders of goods, licences and hours, each on a day of its customer's own."""
    who, month = np.divmod(np.arange(len(people.number) * len(months)), len(months))
    month = months[month]
    earliest = np.maximum(MONTH_START[month], people.acquired[who])
    latest = np.minimum(MONTH_END[month], people.last_day[who])
    number = np.where(earliest <= latest, _order_numbers(seed, people, who, month), 0)
    cell, sequence = repeated(number)
    who, month = who[cell], month[cell]
    key = keyed(seed, "order", people.number[who], month, sequence)
    archetype = people.archetype[who]
    hunts = archetype == HUNTER
    ordered = between(key, "day", earliest[cell], latest[cell])
    ordered = np.where(hunts & (sequence == 1), people.acquired[who], ordered)
    draw = below(key, "kind", 1000)
    kind = np.select([hunts, draw < 40, draw < 65], [GOODS, HOURS, LICENCE], GOODS)
    goods = kind == GOODS
    rush = goods & chance(key, "rush", of_archetype("rush", archetype))
    shipped = next_business_day(ordered + np.where(rush, 0, between(key, "lag", 1, 6)))
    shipped = np.where(goods, np.minimum(shipped, HORIZON), NONE)

    in_parts = (archetype == HAND_HELD) & goods & chance(key, "parts", 70)
    ahead = people.pays_ahead[who] & goods & (shipped - ordered >= 2)
    billing = np.select(
        [in_parts, ahead, people.pays_together[who]], [IN_PARTS, AFTER_DEPOSIT, TOGETHER], AT_ONCE
    )
    flash = (ordered >= FLASH_SALE[0]) & (ordered <= FLASH_SALE[1])
    flash &= hunts | chance(key, "tempted", 250)
    spring = (month == SPRING_MONTH) & chance(key, "spring", 120)
    return _traits(people, who) | {
        "month": month,
        "sequence": sequence,
        "kind": kind,
        "ordered": ordered,
        "shipped": shipped,
        "rush": rush.astype(np.int64),
        "promotion": np.select([flash, spring], [FLASH_PROMOTION, SPRING_PROMOTION], NONE),
        "billing": billing,
    }


def _order_numbers(seed: int, people: Customers, who: Ints, month: Ints) -> Ints:
    """Return how often each customer orders in each month; whoever is new orders at least once."""
    rate = of_archetype("orders", people.archetype[who]) * people.activity[who] // 1000
    rate = rate * _SEASON[month % 12] * _GROWTH[month // 12] // 10_000
    key = keyed(seed, "month", people.number[who], month)
    number = rate // 1000 + chance(key, "one more", rate % 1000)
    number += np.where(number > 1, between(key, "swing", -1, 1), 0)
    joins = month == month_of(people.acquired)[who]
    number = np.where(joins, np.maximum(number, 1), number)
    return np.where((people.archetype[who] == HUNTER) & ~joins, 0, number)


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
    who, month = np.divmod(np.arange(len(people.number) * len(months)), len(months))
    month = months[month]
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


def _lines(seed: int, catalogue: Catalogue, people: Customers, orders: Frame, key: Keys) -> Frame:
    low, high = (of_archetype("lines", orders["archetype"], p) for p in (0, 1))
    several = (orders["kind"] == GOODS) & (orders["rush"] == 0)
    count = np.where(several, between(key, "lines", low, high), 1)
    covered = months_covered(people, orders["who"], orders["month"])
    count = np.where(orders["kind"] == SUBSCRIPTION, covered, count)
    order, number = repeated(count)
    line = keyed(seed, "line", key[order].view(np.int64), number)
    of_order = picked(orders, order)
    kind, month = of_order["kind"], of_order["month"]

    product, quantity = _goods(catalogue, of_order, line)
    gross = divided(quantity * catalogue.list_price(product, month, of_order["currency"]), QUANTITY)
    discount = divided(gross * _discount_per_mille(of_order, line), 1000)
    adapts = (kind == GOODS) & chance(
        line, "adapts", of_archetype("customised", of_order["archetype"])
    )
    subscribed = kind == SUBSCRIPTION
    service_month = month + number - 1
    served = np.minimum(of_order["ordered"] + between(line, "served", 1, 12), HORIZON)
    recognised = np.select(
        [kind == HOURS, subscribed], [served, MONTH_END[service_month]], of_order["shipped"]
    )
    on = np.where(recognised == NONE, of_order["ordered"], recognised)
    return {
        "order": order,
        "number": number,
        "product": product,
        "quantity": quantity,
        "gross": gross,
        "discount": discount,
        "tax": divided((gross - discount) * of_order["vat"], 1000),
        "recognised": np.where(kind == GOODS, NONE, recognised),
        "customization": np.where(adapts, divided(gross * 6, 100), NONE),
        "service_from": np.where(subscribed, MONTH_START[service_month], NONE),
        "service_to": np.where(subscribed, MONTH_END[service_month], NONE),
        "original": np.full(len(order), NONE),
        "restocked": np.full(len(order), NONE),
        "on": on,
        "costed": of_order["ordered"],
        "currency": of_order["currency"],
    }


def _goods(catalogue: Catalogue, of_order: Frame, line: Keys) -> tuple[Ints, Ints]:
    """Return product and quantity of each line; goods with small numbers are popular."""
    kind, archetype = of_order["kind"], of_order["archetype"]
    popular = np.minimum(*(below(line, f"good {n}", catalogue.goods) for n in (1, 2))) + 1
    hour = np.full(len(line), FIELD_HOUR)
    licence = FIRST_LICENCE + below(line, "licence", 2)
    service = subscription_product(of_order["customer"])
    product = np.select(
        [kind == LICENCE, kind == HOURS, kind == SUBSCRIPTION], [licence, hour, service], popular
    )
    least, most = goods_quantity(popular)
    pieces = between(line, "pieces", least, most) * of_archetype("quantity_pct", archetype) // 100
    pieces = np.where(of_order["rush"] == 1, pieces // 3, pieces)
    hours = between(line, "quarters", 2, 24) * (QUANTITY // 4)
    quantity = np.select(
        [kind == GOODS, kind == HOURS], [np.maximum(pieces, 1) * QUANTITY, hours], QUANTITY
    )
    return product, quantity


def _discount_per_mille(of_order: Frame, line: Keys) -> Ints:
    archetype, promotion = of_order["archetype"], of_order["promotion"]
    low, high = (of_archetype("discount", archetype, p) for p in (0, 1))
    usual = between(line, "discount", low, high)
    return np.select(
        [
            of_order["kind"] == SUBSCRIPTION,
            promotion == SPRING_PROMOTION,
            (promotion == FLASH_PROMOTION) & (archetype != HUNTER),
        ],
        [0, usual + 80, 300],
        usual,
    )


def with_returns(seed: int, sold: Sales) -> Sales:
    """Return the sales with one return order for each order of which something came back."""
    orders, lines = sold
    key = order_key(seed, orders)
    back_on = next_business_day(orders["shipped"] + between(key, "back after", 6, 38))
    possible = (orders["kind"] == GOODS) & (back_on <= HORIZON)
    possible &= (orders["billing"] == AT_ONCE) | (orders["billing"] == TOGETHER)
    line_key = keyed(seed, "return", key[lines["order"]].view(np.int64), lines["number"])
    often = of_archetype("returned", orders["archetype"])[lines["order"]]
    rows = np.flatnonzero(possible[lines["order"]] & chance(line_key, "sent back", often))
    parents, order = np.unique(lines["order"][rows], return_inverse=True)
    none, zero = np.full(len(parents), NONE), np.zeros(len(parents), dtype=np.int64)
    back_orders = picked(orders, parents) | {
        "kind": np.full(len(parents), RETURN),
        "ordered": back_on[parents],
        "shipped": none,
        "rush": zero,
        "promotion": none,
        "parent": parents,
    }
    _, number = repeated(np.bincount(order, minlength=len(parents)))
    placed = {
        "order": len(orders["ordered"]) + order.astype(np.int64),
        "number": number,
        "original": rows,
        "recognised": back_orders["ordered"][order],
        "on": back_orders["ordered"][order],
    }
    back_lines = _back(picked(lines, rows), line_key[rows]) | placed
    orders = orders | {"parent": np.full(len(orders["ordered"]), NONE)}
    return Sales(joined(orders, back_orders), joined(lines, back_lines))


def _back(sold: Frame, key: Keys) -> Frame:
    """Return what is sent back of each line: all or half; in stock again all, half or none of it.

    No restocked quantity means all of it.
    """
    sent = sold["quantity"] // QUANTITY
    pieces = np.where(chance(key, "all", 700), sent, np.maximum(sent // 2, 1))
    stock = below(key, "stock", 100)
    restocked = np.select([stock < 55, stock < 70, stock < 90], [pieces, NONE, pieces // 2], 0)
    money = ("gross", "discount", "tax")
    return (
        sold
        | {name: -divided(sold[name] * pieces, sent) for name in money}
        | {
            "quantity": -pieces * QUANTITY,
            "restocked": np.where(restocked == NONE, NONE, restocked * QUANTITY),
            "customization": np.full(len(key), NONE),
        }
    )


def order_totals(sold: Sales) -> tuple[Ints, Ints]:
    """Return net and tax cents of each order, in its own currency."""
    lines, count = sold.lines, len(sold.orders["ordered"])
    net = total_by(lines["order"], lines["gross"] - lines["discount"], count)
    return net, total_by(lines["order"], lines["tax"], count)
