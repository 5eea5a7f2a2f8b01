"""What the source systems say about customers: size, region, industry, interests.

CRM, shop and service desk agree most of the time. Where they do not, and where somebody typed a
value that is in no list, is decided here; what is true is a customer attribute (`customers`).
"""

from typing import NamedTuple

import numpy as np

from demo.customers import ENTERPRISE, REGIONS, SIZES, SMB, STEADY, Customers
from demo.draws import Bools, Ints, below, chance, keyed
from demo.frames import Frame, joined, picked
from demo.timeline import NONE, day

SYSTEMS = ("crm", "erp", "desk")
CRM, ERP, DESK = range(3)
SCHEMES = ("size", "region", "industry", "interest")
SIZE, REGION, INDUSTRY, INTEREST = range(4)
INDUSTRIES = ("automotive", "food", "machinery", "chemicals", "trade", "public_sector")
INTERESTS = ("automation", "energy_saving", "maintenance", "training", "leasing")
GROWTH_DAY = day("2024-07-01")
_SPELLINGS = (
    ("enterprise", "Enterprise", "enterprise ", "ENT", "Large Enterprise"),
    ("mid_market", "Mid-Market", "mid market", "MM", "mid_market"),
    ("smb", "SMB", "Small Business", "small", "smb"),
)
_TYPOS = ("Enterprize", "Midmarkt", "smbb")
TEXTS = (
    *(text for row in _SPELLINGS for text in row),
    *_TYPOS,
    *REGIONS,
    *INDUSTRIES,
    *INTERESTS,
)
_TYPO_AT = 15
_REGION_AT = _TYPO_AT + 3
CANONICAL = tuple(SIZES[n // 5] if n < _TYPO_AT else text for n, text in enumerate(TEXTS))
"""The canonical value of each text; typos stay as they are."""
_INDUSTRY_AT = _REGION_AT + len(REGIONS)
_INTEREST_AT = _INDUSTRY_AT + len(INDUSTRIES)


class Tags(NamedTuple):
    """Delivered claims, and the values that are true; `text` is a position in `TEXTS`."""

    claims: Frame
    truth: Frame


def tags(seed: int, people: Customers) -> Tags:
    """Return what is claimed of a block of customers, and what holds."""
    key = keyed(seed, "tags", people.number)
    everyone = np.full(len(people.number), True)
    grows = (people.archetype == STEADY) & (people.size == SMB) & chance(key, "grows", 80)
    grows &= people.acquired < GROWTH_DAY
    before = people.size
    after = np.where(grows, people.size - 1, people.size)
    truth = [
        *_dated(people, SIZE, CRM, before * 5, after * 5, grows, everyone),
        _rows(people, everyone, ERP, REGION, _REGION_AT + people.region),
    ]

    spelling = np.where(chance(key, "spelling", 300), 1 + below(key, "which", 4), 0)
    in_shop = chance(key, "erp size", 600)
    is_large = people.size == ENTERPRISE
    contradicts = chance(key, "contradicts", np.where(is_large, 130, 12)) & in_shop
    contradicts |= people.number == 0
    in_shop |= contradicts
    other = np.where(is_large, SMB, np.where(people.size == SMB, 1, SMB))
    typo = chance(key, "typo", np.where(is_large, 90, 14)) & in_shop & ~contradicts & ~grows
    shop_before = np.where(contradicts, other * 5 + 1, before * 5)
    shop_before = np.where(typo, _TYPO_AT + people.size, shop_before)
    shop_after = np.where(contradicts | typo, shop_before, after * 5)
    claims = [
        *_dated(people, SIZE, CRM, before * 5 + spelling, after * 5, grows, everyone),
        *_dated(people, SIZE, ERP, shop_before, shop_after, grows, in_shop),
        truth[-1],
    ]
    moved = chance(key, "moved", 12)
    region = np.where(moved, (people.region + 1) % len(REGIONS), people.region)
    claims.append(_rows(people, chance(key, "crm region", 500), CRM, REGION, _REGION_AT + region))

    industry = below(key, "industry", len(INDUSTRIES))
    known = chance(key, "has industry", 850)
    truth.append(_rows(people, known, CRM, INDUSTRY, _INDUSTRY_AT + industry))
    claims.append(truth[-1])
    wrong = chance(key, "misheard", 110)
    heard = np.where(wrong, (industry + 2) % len(INDUSTRIES), industry)
    heard_by = known & chance(key, "desk industry", 150)
    claims.append(_rows(people, heard_by, DESK, INDUSTRY, _INDUSTRY_AT + heard))
    for position in range(len(INTERESTS)):
        likes = chance(key, INTERESTS[position], 220)
        rows = _rows(people, likes, DESK, INTEREST, np.full(len(key), _INTEREST_AT + position))
        truth.append(rows)
        claims.append(rows)
    return Tags(joined(*claims), joined(*truth))


def _rows(people: Customers, mask: Bools, system: int, scheme: int, text: Ints) -> Frame:
    count = int(mask.sum())
    return {
        "system": np.full(count, system),
        "customer": people.number[mask],
        "scheme": np.full(count, scheme),
        "text": text[mask],
        "from": people.acquired[mask],
        "to": np.full(count, NONE),
    }


def _dated(
    people: Customers,
    scheme: int,
    system: int,
    before: Ints,
    after: Ints,
    changes: Bools,
    mask: Bools,
) -> tuple[Frame, Frame]:
    """Return the first value of everybody and the second one of those that change."""
    first = _rows(people, mask, system, scheme, before)
    changed = changes[mask]
    first["to"] = np.where(changed, GROWTH_DAY, NONE)
    second = picked(_rows(people, mask, system, scheme, after), changed)
    second["from"] = np.full(len(second["from"]), GROWTH_DAY)
    return first, second
