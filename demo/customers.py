"""Who the customers are: archetypes and attributes, each a pure function of the customer's number.

Customer number 0 is `C0000001`. Numbers repeat their archetype every twenty, so that the shares
hold exactly at any size and the first twenty are a fixed cast. Orders do not belong here.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from demo.draws import Bools, Ints, below, between, chance, keyed
from demo.timeline import HORIZON, MONTHS, NONE, START, day, month_of

HAND_HELD, LOYAL, STEADY, OCCASIONAL, HUNTER, SUBSCRIBER = range(6)
ENTERPRISE, MID_MARKET, SMB = range(3)
SIZES = ("enterprise", "mid_market", "smb")
COUNTRIES = ("DE", "AT", "FR", "NL", "GB", "US")
REGIONS = ("dach", "western_europe", "united_kingdom", "north_america")
FLASH_SALE = (day("2023-11-20"), day("2023-11-27"))
UNKNOWN_CUSTOMER = 9_999_998
"""The number behind `C9999999`, which no source system knows."""

_STRIPE = (0, 2, 3, 1, 4, 3, 2, 5, 3, 4, 2, 1, 3, 4, 2, 3, 5, 2, 3, 4)
_COUNTRY_OF = np.repeat(np.arange(6), (44, 10, 13, 8, 13, 12))
_CURRENCY_OF = np.array([0, 0, 0, 0, 2, 1])
_REGION_OF = np.array([0, 0, 1, 1, 2, 3])


class Archetype(NamedTuple):
    """How one kind of customer behaves; rates are per thousand unless the name says otherwise."""

    name: str
    orders: int
    lines: tuple[int, int]
    quantity_pct: int
    discount: tuple[int, int]
    returned: int
    rush: int
    customised: int
    late: int
    requests: int
    visits: int
    trainings: int
    sizes: tuple[int, int, int]
    acquired_before: int


ARCHETYPES = (
    Archetype("hand_held", 3600, (1, 2), 140, (120, 185), 70, 400, 220, 450, 10000, 3000, 60,
              (85, 15, 0), 85),
    Archetype("loyal", 2000, (2, 4), 135, (20, 70), 10, 20, 10, 60, 900, 120, 20,
              (15, 60, 25), 80),
    Archetype("steady", 420, (1, 3), 90, (20, 90), 25, 30, 15, 180, 350, 25, 10,
              (5, 45, 50), 55),
    Archetype("occasional", 110, (1, 2), 45, (0, 50), 40, 20, 0, 150, 180, 0, 0,
              (0, 10, 90), 45),
    Archetype("hunter", 0, (1, 2), 40, (350, 450), 130, 0, 0, 80, 60, 0, 0, (0, 4, 96), 0),
    Archetype("subscriber", 60, (1, 1), 40, (0, 30), 15, 0, 0, 100, 500, 10, 15,
              (0, 30, 70), 35),
)  # fmt: skip


def of_archetype(field: str, codes: Ints, position: int | None = None) -> Ints:
    """Return one field (or one position of a tuple field) of each row's archetype."""
    values = [getattr(archetype, field) for archetype in ARCHETYPES]
    if position is not None:
        values = [value[position] for value in values]
    return np.array(values, dtype=np.int64)[codes]


@dataclass(frozen=True)
class Customers:
    """Attributes of a block of customers, one array element each."""

    number: Ints
    archetype: Ints
    country: Ints
    currency: Ints
    region: Ints
    size: Ints
    acquired: Ints
    last_day: Ints
    activity: Ints
    merged_into: Ints
    parent: Ints
    referrer: Ints
    late: Bools
    takes_discount: Bools
    pays_together: Bools
    pays_ahead: Bools
    subscribes_from: Ints
    subscribes_until: Ints
    billing_months: Ints


def customer_count(scale: float) -> int:
    """Return the number of customers at a scale: multiples of twenty, at least 200."""
    return max(200, round(30_000 * scale / 20) * 20)


def customers(seed: int, count: int, first: int, last: int) -> Customers:
    """Return the attributes of customers first .. last - 1 of `count`."""
    number = np.arange(first, last, dtype=np.int64)
    key = keyed(seed, "customer", number)
    archetype = np.array(_STRIPE, dtype=np.int64)[number % 20]
    pinned = number < 20
    country = _COUNTRY_OF[below(key, "country", 100)]
    country = np.where(pinned & (number % 5 < 3), 0, country)
    early = below(key, "early", 100) < of_archetype("acquired_before", archetype)
    acquired = np.where(
        early | pinned,
        between(key, "before", day("2020-03-01"), START - 20),
        between(key, "since", START, HORIZON - 60),
    )
    acquired = np.where(archetype == HUNTER, between(key, "flash", *FLASH_SALE), acquired)
    shares = np.cumsum([of_archetype("sizes", archetype, p) for p in range(3)], axis=0)
    size = np.sum(below(key, "size", 100) >= shares[:2], axis=0).astype(np.int64)

    leaves = ~pinned & chance(key, "leaves", np.array([0, 0, 220, 350, 0, 150])[archetype])
    last_day = np.where(leaves, acquired + between(key, "stay", 200, 1500), HORIZON)
    last_day = np.minimum(np.maximum(last_day, START + 60), HORIZON)
    merges = (number % 97 == 34) & (number + 20 < count)
    merged_on = day("2023-06-15") + between(key, "merged", 0, 20) * 30
    last_day = np.where(merges, np.maximum(merged_on, acquired + 30), last_day)
    last_day = np.minimum(last_day, HORIZON)

    of_habit = (archetype == LOYAL) | (archetype == STEADY)
    subscribes = (archetype == SUBSCRIBER) | (of_habit & chance(key, "subscribes", 120))
    subscribes &= ~merges
    from_month = np.maximum(month_of(np.maximum(acquired, START)), 0)
    from_month = np.where(acquired > START, from_month + 1, from_month)
    from_month += np.where(archetype == SUBSCRIBER, 0, between(key, "trial", 0, 12))
    until_month = np.where(last_day < HORIZON, month_of(last_day) - 1, MONTHS - 1)
    subscribes &= (from_month <= until_month) & (from_month < MONTHS)
    parent = (number // 5) // 20 * 20
    has_parent = (number % 29 == 5) & (parent != number)
    euro = _CURRENCY_OF[country] == 0
    calm = ~merges & (archetype != HUNTER)
    return Customers(
        number=number,
        archetype=archetype,
        country=country,
        currency=_CURRENCY_OF[country],
        region=_REGION_OF[country],
        size=size,
        acquired=acquired,
        last_day=last_day,
        activity=between(key, "activity", 700, 1300),
        merged_into=np.where(merges, number + 20, NONE),
        parent=np.where(has_parent, parent, NONE),
        referrer=np.where(number % 23 == 7, below(key, "referrer", 1 + number), NONE),
        late=chance(key, "late", of_archetype("late", archetype)),
        takes_discount=calm & (archetype <= STEADY) & chance(key, "discount", 300),
        pays_together=calm & euro & of_habit & chance(key, "together", 200),
        pays_ahead=calm & (archetype <= STEADY) & chance(key, "ahead", 80),
        subscribes_from=np.where(subscribes, from_month, NONE),
        subscribes_until=until_month,
        billing_months=np.array([1, 1, 3, 12])[below(key, "billing", 4)],
    )
