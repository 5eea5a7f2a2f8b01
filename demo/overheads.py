"""Everything in the ledger that no order causes: people, rooms, machines, money, taxes.

Amounts are for the embedded company of 600 customers and grow with their number. Postings that
are made wrong on purpose are in `incidents`.
"""

from typing import NamedTuple

import numpy as np

from demo import chart
from demo.catalogue import ACTUAL_COST
from demo.draws import Ints, between, keyed
from demo.journal import Journal, Posting
from demo.timeline import MONTH_END, MONTHS, YEAR_MONTH, month_number

EMBEDDED_CUSTOMERS = 600
_MONTH = np.arange(MONTHS, dtype=np.int64)
_PAY_RISE = np.array([1000, 1030, 1060], dtype=np.int64)[_MONTH // 12]
_STAFFING = np.array([860, 910, 950, 980, 1010, 1030], dtype=np.int64)[_MONTH // 6]
_POOLS = (
    ("purchasing", chart.SALARIES, 780_000), ("purchasing", chart.OFFICE, 60_000),
    ("purchasing", chart.DEPRECIATION, 30_000),
    ("warehouse", chart.SALARIES, 990_000), ("warehouse", chart.RENT, 320_000),
    ("warehouse", chart.OFFICE, 25_000), ("warehouse", chart.DEPRECIATION, 150_000),
    ("sales_office", chart.SALARIES, 3_600_000), ("sales_office", chart.VEHICLES, 560_000),
    ("sales_office", chart.OFFICE, 160_000), ("sales_office", chart.DEPRECIATION, 70_000),
    ("customer_service", chart.SALARIES, 1_300_000), ("customer_service", chart.OFFICE, 90_000),
    ("customer_service", chart.DEPRECIATION, 40_000),
    ("shipping", chart.SALARIES, 560_000), ("shipping", chart.VEHICLES, 90_000),
    ("shipping", chart.DEPRECIATION, 60_000),
    ("it", chart.SALARIES, 420_000), ("it", chart.OFFICE, 210_000),
    ("it", chart.DEPRECIATION, 140_000),
    ("building", chart.RENT, 480_000), ("building", chart.OFFICE, 30_000),
    ("building", chart.DEPRECIATION, 110_000),
    ("management", chart.SALARIES, 950_000), ("management", chart.OFFICE, 110_000),
)  # fmt: skip
_OPENED = (
    ("showroom", chart.RENT, 140_000, month_number("2025-10-01")),
    ("canteen", chart.OFFICE, 90_000, month_number("2025-11-01")),
)
PREPAID, PREPAID_MONTH = 1_000_000, month_number("2024-05-01")
"""Paid to the goods supplier before its bill of that month."""
_TARIFF = frozenset((chart.SALARIES, chart.VEHICLES, chart.OFFICE))


class Supply(NamedTuple):
    """What suppliers of one kind billed, by month, in cents, and where it was posted."""

    supplier_id: str
    account_id: str
    billed: Ints


def scaled(cents: int | Ints, customer_count: int) -> Ints:
    """Return an amount of the embedded company for a company of this many customers."""
    amount = np.asarray(cents, dtype=np.int64)
    scaled_amount: Ints = amount * customer_count // EMBEDDED_CUSTOMERS
    return scaled_amount


def book_overheads(journal: Journal, seed: int, count: int) -> None:
    """Post cost centres, direct costs by product and segment, finance and income tax."""
    _cost_centers(journal, seed, count)
    _direct_costs(journal, count)
    interest = scaled(210_000 - 3_000 * _MONTH, count)
    journal.transfer("FIN", chart.INTEREST, chart.BANK, interest)
    quarter = np.where(_MONTH % 3 == 2, 1, 0)
    journal.transfer("TAX", chart.INCOME_TAX, chart.TAX_PAYABLE, scaled(2_300_000 * quarter, count))
    paid = np.roll(scaled(2_300_000 * quarter, count), 1)
    paid[0] = 0
    journal.transfer("TAX", chart.TAX_PAYABLE, chart.BANK, paid)
    audits = scaled(1_400_000 * np.where(_MONTH % 12 == 4, 1, 0), count)
    journal.transfer("FIN", chart.AUDIT, chart.BANK, audits)


def _cost_centers(journal: Journal, seed: int, count: int) -> None:
    opened = [(c, a, cents, first) for c, a, cents, first in _OPENED]
    for center, account, cents, first in [*((*pool, 0) for pool in _POOLS), *opened]:
        key = keyed(seed, f"pool {center} {account}", _MONTH)
        monthly = scaled(cents, count) * _PAY_RISE // 1000
        if account in _TARIFF and not first:
            monthly = monthly * _STAFFING // 1000
        if account != chart.DEPRECIATION:
            monthly = monthly * between(key, "noise", 988, 1012) // 1000
        monthly = np.where(first <= _MONTH, monthly, 0)
        if account == chart.DEPRECIATION:
            contra, kind = chart.DEPRECIATION_TOTAL, "DEPR"
        elif account == chart.SALARIES:
            contra, kind = chart.BANK, "PAY"
        else:
            contra, kind = chart.PAYABLES, "COST"
        journal.transfer(kind, account, contra, monthly, center)


def _direct_costs(journal: Journal, count: int) -> None:
    for month in range(MONTHS):
        stamp, last = YEAR_MONTH[month], int(MONTH_END[month])
        fee = int(scaled(38_000 + 400 * month, count))
        journal.write(
            f"LIC-{stamp}",
            last,
            "Licence fees of the month",
            [
                Posting(chart.LICENCE_FEES, fee, product=_service_id(1)),
                Posting(chart.LICENCE_FEES, fee * 2, product=_service_id(3)),
                Posting(chart.PAYABLES, -3 * fee),
            ],
        )
        advertising = int(scaled(290_000 if month % 12 == 10 else 130_000, count))
        journal.write(
            f"ADV-{stamp}",
            last,
            "Advertising of the month",
            [
                Posting(chart.ADVERTISING, advertising, segment="size:enterprise"),
                Posting(chart.ADVERTISING, advertising // 2, segment="size:smb"),
                Posting(chart.ADVERTISING, advertising // 4, segment="region:dach"),
                Posting(chart.ADVERTISING, advertising // 8, "sales_office"),
                Posting(
                    chart.PAYABLES,
                    -(advertising + advertising // 2 + advertising // 4 + advertising // 8),
                ),
            ],
        )


def book_actual_cost(journal: Journal) -> None:
    """Post the material of one product at what it really cost: the standard and a bit."""
    for month in range(MONTHS):
        standard = int(journal.actual_cost[month])
        actual = standard * (1040 - 5 * (month % 12)) // 1000
        if actual:
            journal.write(
                f"ACT-{YEAR_MONTH[month]}",
                int(MONTH_END[month]),
                "Material at actual cost",
                [
                    Posting(chart.MATERIAL, actual, product=f"P{ACTUAL_COST:05d}"),
                    Posting(chart.INVENTORY, -actual),
                ],
            )


def book_supplies(journal: Journal) -> list[Supply]:
    """Post purchases and the payment of last month's bills; return what suppliers billed.

    Comes last: what the suppliers billed is what was posted to payables.
    """
    used = -journal.balance(chart.INVENTORY)
    journal.transfer("BUY", chart.INVENTORY, chart.PAYABLES, np.maximum(used, 0) * 102 // 100)
    billed = -journal.balance(chart.PAYABLES)
    paid = np.roll(billed, 1)
    paid[0] = 0
    journal.transfer("SUPP", chart.PAYABLES, chart.BANK, paid)
    ahead = np.where(_MONTH == PREPAID_MONTH, PREPAID, 0)
    journal.transfer("SUPP", chart.SUPPLIER_PREPAYMENTS, chart.BANK, ahead)
    journal.transfer("SUPP", chart.BANK, chart.SUPPLIER_PREPAYMENTS, np.roll(ahead, 1))
    collected = -journal.balance(chart.VAT)
    remitted = np.roll(collected, 1)
    remitted[0] = 0
    journal.transfer("VAT", chart.VAT, chart.BANK, remitted)
    goods = np.maximum(used, 0) * 102 // 100
    part = goods * 3 // 5
    freight = journal.balance(chart.FREIGHT)
    return [
        Supply("S-GOODS-1", chart.INVENTORY, part),
        Supply("S-GOODS-2", chart.INVENTORY, goods - part),
        Supply("S-FREIGHT", chart.FREIGHT, freight),
        Supply("S-OTHER", "", billed - goods - freight),
    ]


def _service_id(number: int) -> str:
    return f"S{number:03d}"
