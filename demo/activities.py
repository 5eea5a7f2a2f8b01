"""What people do for customers, orders and products, as the service desk and shipping log it.

Events only; what they cost is the business of the cost model, not of a source system.
"""

from typing import NamedTuple

import numpy as np

from demo.catalogue import Catalogue
from demo.customers import HAND_HELD, Customers, of_archetype
from demo.draws import Ints, below, between, chance, keyed
from demo.frames import Frame, joined, repeated
from demo.money import QUANTITY
from demo.sales import Sales
from demo.timeline import MONTH_END, MONTH_START, NONE, is_business_day, month_number

DRIVERS = (
    "care_minutes",
    "customer_visits",
    "training_sessions",
    "campaign_contacts",
    "rush_shipments",
    "purchase_orders",
    "product_listings",
    "inspections",
    "consignment_counts",
)
CARE, VISITS, TRAININGS, CAMPAIGN, RUSH, PURCHASES, LISTINGS, INSPECTIONS, COUNTS = range(9)
OPTIONS = ("escalation", "call_back", "site_photos")
SILENT_MONTH = month_number("2024-08-01")
"""The month in which the inspection terminal was broken: no inspection was logged."""
CANCELLED_MONTH = month_number("2024-02-01")
"""The month in which the only training was cancelled again."""
CONSIGNEES = 600
"""For the first of so many customers a consignment stock is kept."""


class Activities(NamedTuple):
    """Events, and the options of those that have any; `options["event"]` is a row of events."""

    events: Frame
    options: Frame


def customer_activities(
    seed: int, people: Customers, sold: Sales, first_month: int, last_month: int
) -> Activities:
    """Return the events of a block of customers and months."""
    months = np.arange(first_month, last_month, dtype=np.int64)
    who = np.repeat(np.arange(len(people.number)), len(months))
    month = np.tile(months, len(people.number))
    cells = {"who": who, "month": month}
    requests = of_archetype("requests", people.archetype) * people.activity // 1000
    visits = of_archetype("visits", people.archetype) * people.activity // 1000
    trainings = of_archetype("trainings", people.archetype)
    trainings = np.where(month == CANCELLED_MONTH, 0, trainings[who])
    contacts = np.full(len(month), 150)
    tables = [
        _events(seed, people, cells, CARE, requests[who]),
        _events(seed, people, cells, VISITS, visits[who]),
        _events(seed, people, cells, TRAININGS, trainings),
        _events(seed, people, cells, CAMPAIGN, contacts),
        _rush_shipments(seed, sold),
    ]
    counted = (people.number[who] % CONSIGNEES == 0) & (MONTH_START[month] >= people.acquired[who])
    tables.append(_consignment(seed, people.number[who][counted], month[counted]))
    events = joined(*tables)
    return Activities(events, _options(seed, events))


def _events(seed: int, people: Customers, cells: Frame, driver: int, per_mille: Ints) -> Frame:
    who, month = cells["who"], cells["month"]
    key = keyed(seed, DRIVERS[driver], people.number[who], month)
    number = per_mille // 1000 + chance(key, "one more", per_mille % 1000)
    number += np.where(number > 2, between(key, "swing", -2, 2), 0)
    earliest = np.maximum(MONTH_START[month], people.acquired[who])
    latest = np.minimum(MONTH_END[month], people.last_day[who])
    cell, sequence = repeated(np.where(earliest <= latest, number, 0))
    key = keyed(seed, DRIVERS[driver], people.number[who[cell]], month[cell], sequence)
    day = between(key, "day", earliest[cell], latest[cell])
    quantity = np.full(len(cell), QUANTITY)
    if driver == CAMPAIGN:
        quantity = between(key, "contacts", 1, 3) * QUANTITY
    return {
        "driver": np.full(len(cell), driver),
        "month": month[cell],
        "reference": people.number[who[cell]],
        "sequence": sequence,
        "occurred": day,
        "quantity": quantity,
        "customer": people.number[who[cell]],
        "archetype": people.archetype[who[cell]],
        "order_month": np.full(len(cell), NONE),
        "order_customer": np.full(len(cell), NONE),
        "order_sequence": np.full(len(cell), NONE),
        "product": np.full(len(cell), NONE),
    }


def _rush_shipments(seed: int, sold: Sales) -> Frame:
    orders = sold.orders
    rows = np.flatnonzero(orders["rush"] == 1)
    empty = np.full(len(rows), NONE)
    return {
        "driver": np.full(len(rows), RUSH),
        "month": orders["month"][rows],
        "reference": orders["customer"][rows],
        "sequence": orders["sequence"][rows],
        "occurred": orders["shipped"][rows],
        "quantity": np.full(len(rows), QUANTITY),
        "customer": empty,
        "archetype": orders["archetype"][rows],
        "order_month": orders["month"][rows],
        "order_customer": orders["customer"][rows],
        "order_sequence": orders["sequence"][rows],
        "product": empty,
    }


def _plain(driver: int, month: Ints, reference: Ints, sequence: Ints, day: Ints) -> Frame:
    empty = np.full(len(month), NONE)
    return {
        "driver": np.full(len(month), driver),
        "month": month,
        "reference": reference,
        "sequence": sequence,
        "occurred": day,
        "quantity": np.full(len(month), QUANTITY),
        "customer": empty,
        "archetype": np.zeros(len(month), dtype=np.int64),
        "order_month": empty,
        "order_customer": empty,
        "order_sequence": empty,
        "product": empty,
    }


def _consignment(seed: int, consignees: Ints, months: Ints) -> Frame:
    """Count the stock that is kept for a customer: three or four times a month."""
    number = 3 + chance(keyed(seed, "counts", consignees, months), "fourth", 500)
    cell, sequence = repeated(number)
    month, reference = months[cell], consignees[cell]
    day = MONTH_START[month] + 7 * sequence - 2
    return _plain(COUNTS, month, reference, sequence, day) | {"customer": reference}


def product_activities(seed: int, catalogue: Catalogue, first_month: int, last_month: int) -> Frame:
    """Return the events that goods cause, whoever buys them: orders, listings, inspections."""
    months = np.arange(first_month, last_month, dtype=np.int64)
    goods = np.arange(1, catalogue.goods + 1, dtype=np.int64)
    product, month = np.repeat(goods, len(months)), np.tile(months, len(goods))
    tables = []
    for driver, per_mille in ((PURCHASES, 1300), (LISTINGS, 260), (INSPECTIONS, 500)):
        key = keyed(seed, DRIVERS[driver], product, month)
        number = per_mille // 1000 + chance(key, "one more", per_mille % 1000)
        if driver == INSPECTIONS:
            number = np.where(month == SILENT_MONTH, 0, number)
        cell, sequence = repeated(number.astype(np.int64))
        key = keyed(seed, DRIVERS[driver], product[cell], month[cell], sequence)
        day = between(key, "day", MONTH_START[month[cell]], MONTH_END[month[cell]])
        day = np.where(is_business_day(day), day, MONTH_START[month[cell]] + 3)
        table = _plain(driver, month[cell], product[cell], sequence, day)
        tables.append(table | {"product": product[cell]})
    return joined(*tables)


def _options(seed: int, events: Frame) -> Frame:
    care = np.flatnonzero(events["driver"] == CARE)
    key = keyed(
        seed,
        "options",
        events["reference"][care],
        events["month"][care],
        events["sequence"][care],
    )
    demanding = events["archetype"][care] == HAND_HELD
    shares = (np.where(demanding, 260, 70), np.where(demanding, 450, 200), np.full(len(care), 90))
    tables = []
    for option, share in enumerate(shares):
        rows = chance(key, OPTIONS[option], share)
        number = 1 + (below(key[rows], "times", 4) == 0).astype(np.int64)
        tables.append(
            {
                "event": care[rows],
                "option": np.full(len(number), option),
                "quantity": number * QUANTITY,
            }
        )
    return joined(*tables)
