"""What the company sells: goods, services on subscription, licences, hours; prices and costs.

A product is a number: goods 1 .. n, services from 100 001 (`S001`), and four that play a part in
the incidents. Prices are cents in euro, unit costs millionths of a euro.
"""

from typing import NamedTuple

import numpy as np

from demo.draws import Ints, below, between, keyed
from demo.timeline import YEAR_MONTH, day

CATEGORIES = ("machines", "tools", "parts", "consumables", "subscription", "licence", "service")
SERVICE = 100_000
FIRST_SUBSCRIPTION, FIRST_LICENCE, FIELD_HOUR = SERVICE + 1, SERVICE + 5, SERVICE + 7
LATE_COST, NEVER_SOLD, UNKNOWN_PRODUCT = 90_001, 90_002, 99_999
"""Sold before its standard cost was known; held for shows only; in no catalogue."""
ACTUAL_COST = 2
"""The good whose material the ledger books at actual cost (`P00002`)."""
VERSIONS = np.array([day("2022-01-01"), day("2024-01-01"), day("2025-01-01")])
COMPONENTS = ("standard_material", "standard_production", "standard_distribution")

_GOODS = ((75_000, 260_000), (9_000, 48_000), (1_500, 13_000), (600, 3_900))
_SERVICES = (
    ("Remote monitoring", 4, 14_900, 2_400_000),
    ("Maintenance plan", 4, 28_900, 7_100_000),
    ("Full service contract", 4, 69_000, 19_550_000),
    ("Fleet software", 4, 5_900, 642_500),
    ("Configuration licence", 5, 24_000, 1_125_000),
    ("Training licence", 5, 36_000, 1_980_000),
    ("Field service hour", 6, 11_500, 38_250_000),
)
_QUANTITIES = ((1, 1), (1, 4), (3, 18), (8, 40))
_WORDS = ("Compact", "Precision", "Heavy", "Modular", "Silent", "Sealed", "Rapid", "Twin")
_NOUNS = (("press", "lathe", "mixer"), ("torque wrench", "clamp", "cutter"),
          ("bearing", "valve", "coupling"), ("filter", "seal kit", "lubricant"))  # fmt: skip


class Product(NamedTuple):
    """One row of the catalogue; costs are (from version, material, production, distribution)."""

    number: int
    name: str
    category: str
    price: int
    costs: tuple[int, int, int]
    first_cost: int


class Catalogue:
    """All products, and their prices and costs as arrays by position."""

    def __init__(self, seed: int, scale: float) -> None:
        """Draw the goods: sixty for the embedded company, more as the company grows."""
        self.goods = min(5_000, max(60, int(60 * (scale / 0.02) ** 0.5)))
        numbers = np.arange(1, self.goods + 1, dtype=np.int64)
        key = keyed(seed, "product", numbers)
        category = (numbers - 1) % 4
        low, high = np.array(_GOODS, dtype=np.int64)[category].T
        price = between(key, "price", low, high)
        material = price * between(key, "material", 430, 540) * 10 + below(key, "finely", 9_999)
        production = price * between(key, "production", 15, 60) * 10
        distribution = price * between(key, "distribution", 10, 30) * 10
        self.products = [
            Product(n, _good_name(n, c), CATEGORIES[c], p, (m, w, d), 0)
            for n, c, p, m, w, d in zip(
                *(a.tolist() for a in (numbers, category, price, material, production)),
                distribution.tolist(),
                strict=True,
            )
        ]
        for position, (name, c, cents, cost) in enumerate(_SERVICES):
            number = SERVICE + 1 + position
            self.products.append(Product(number, name, CATEGORIES[c], cents, (0, cost, 0), 0))
        self.products.append(
            Product(LATE_COST, "Prototype coupling", "parts", 42_000, (210_000_000, 0, 0), 3)
        )
        self.products.append(
            Product(NEVER_SOLD, "Demonstration rig", "machines", 310_000, (1_500_000_000, 0, 0), 0)
        )
        self.number = np.array([p.number for p in self.products], dtype=np.int64)
        self.price = np.array([p.price for p in self.products], dtype=np.int64)
        self._first = np.array([p.first_cost for p in self.products], dtype=np.int64)
        start = np.array([p.costs for p in self.products], dtype=np.int64).T
        pct = np.array([100, 104, 107], dtype=np.int64)
        self.cost = start[:, :, None] * pct // 100
        """Unit costs, shape (component, position, version)."""

    def position(self, number: Ints) -> Ints:
        """Return where each product stands; unknown products get position -1."""
        at = np.minimum(np.searchsorted(self._sorted[0], number), len(self.number) - 1)
        found = self._sorted[0][at] == number
        return np.where(found, self._sorted[1][at], -1)

    @property
    def _sorted(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.number, kind="stable")
        return self.number[order], order

    def unit_cost(self, component: int, number: Ints, on: Ints) -> Ints:
        """Return the standard unit cost of each product on a day, 0 where there is none yet."""
        place = self.position(number)
        version = np.searchsorted(VERSIONS, on, side="right") - 1
        known = (place >= 0) & (version >= 0) & (version >= self._first[place])
        cost = self.cost[component, place, np.maximum(version, 0)]
        return np.where(known, cost, 0)

    def list_price(self, number: Ints, month: Ints, currency: Ints) -> Ints:
        """Return the list price in cents of the customer's currency, raised every January."""
        yearly = np.array([100, 103, 106], dtype=np.int64)[np.minimum(month // 12, 2)]
        abroad = np.array([100, 109, 87], dtype=np.int64)[currency]
        priced: Ints = self.price[self.position(number)] * yearly * abroad // 10_000
        return priced


def goods_quantity(number: Ints) -> tuple[Ints, Ints]:
    """Return the least and greatest usual quantity of a good by its category."""
    low, high = np.array(_QUANTITIES, dtype=np.int64)[(number - 1) % 4].T
    return low, high


def _good_name(number: int, category: int) -> str:
    word, noun = _WORDS[number % 8], _NOUNS[category][number % 3]
    return f"{word} {noun} {number:03d}"


def subscription_product(customer: Ints) -> Ints:
    """Return the service that a customer subscribes to."""
    offered = np.array([0, 1, 1, 2, 3, 0, 2, 1], dtype=np.int64)
    return FIRST_SUBSCRIPTION + offered[customer % 8]


def year_month(month: Ints) -> Ints:
    """Return month numbers as YYYYMM."""
    return YEAR_MONTH[month].astype(np.int64)
