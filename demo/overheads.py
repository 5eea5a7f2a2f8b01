"""Everything in the ledger that no order causes: people, rooms, machines, money, taxes.

Amounts are for the embedded company of 600 customers and grow with their number. Postings that
are made wrong on purpose are in `incidents`.
"""

from typing import NamedTuple

import numpy as np

from demo import chart, naming
from demo.catalogue import ACTUAL_COST, SERVICE
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
    return np.asarray(cents, dtype=np.int64) * customer_count // EMBEDDED_CUSTOMERS


def book_overheads(journal: Journal, seed: int, count: int) -> None:
    """Post cost centres, direct costs by product and segment, finance and income tax."""
    _cost_centers(journal, seed, count)
    _direct_costs(journal, count)
    interest = scaled(210_000 - 3_000 * _MONTH, count)
    journal.transfer("FIN", chart.INTEREST, chart.BANK, interest)
    taxes = scaled(np.where(_MONTH % 3 == 2, 2_300_000, 0), count)
    journal.transfer("TAX", chart.INCOME_TAX, chart.TAX_PAYABLE, taxes)
    journal.transfer("TAX", chart.TAX_PAYABLE, chart.BANK, _next_month(taxes))
    audits = scaled(np.where(_MONTH % 12 == 4, 1_400_000, 0), count)
    journal.transfer("FIN", chart.AUDIT, chart.BANK, audits)


def _next_month(monthly: Ints) -> Ints:
    """Return the amounts one month later; those of the last month are still to come."""
    return np.concatenate([np.zeros(1, dtype=np.int64), monthly[:-1]])


def _cost_centers(journal: Journal, seed: int, count: int) -> None:
    for center, account, cents, first in (*((*pool, 0) for pool in _POOLS), *_OPENED):
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
    """Post licence fees by product, and advertising by segment and for the sales office."""
    for month in range(MONTHS):
        fee = int(scaled(38_000 + 400 * month, count))
        fees = [
            Posting(chart.LICENCE_FEES, fee, product=naming.product_id(SERVICE + 1)),
            Posting(chart.LICENCE_FEES, fee * 2, product=naming.product_id(SERVICE + 3)),
        ]
        spent = int(scaled(290_000 if month % 12 == 10 else 130_000, count))
        advertising = [
            Posting(chart.ADVERTISING, spent, segment="size:enterprise"),
            Posting(chart.ADVERTISING, spent // 2, segment="size:smb"),
            Posting(chart.ADVERTISING, spent // 4, segment="region:dach"),
            Posting(chart.ADVERTISING, spent // 8, cost_center="sales_office"),
        ]
        for kind, text, postings in (
            ("LIC", "Licence fees of the month", fees),
            ("ADV", "Advertising of the month", advertising),
        ):
            owed = Posting(chart.PAYABLES, -sum(posting.cents for posting in postings))
            entry_id = f"{kind}-{YEAR_MONTH[month]}"
            journal.write(entry_id, int(MONTH_END[month]), text, [*postings, owed])


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
                    Posting(chart.MATERIAL, actual, product=naming.product_id(ACTUAL_COST)),
                    Posting(chart.INVENTORY, -actual),
                ],
            )


def book_supplies(journal: Journal) -> list[Supply]:
    """Post purchases, last month's bills and sales tax as paid; return what suppliers billed.

    Comes last: what the suppliers billed is what was posted to payables.
    """
    goods = np.maximum(-journal.balance(chart.INVENTORY), 0) * 102 // 100
    journal.transfer("BUY", chart.INVENTORY, chart.PAYABLES, goods)
    billed = -journal.balance(chart.PAYABLES)
    journal.transfer("SUPP", chart.PAYABLES, chart.BANK, _next_month(billed))
    ahead = np.where(_MONTH == PREPAID_MONTH, PREPAID, 0)
    journal.transfer("SUPP", chart.SUPPLIER_PREPAYMENTS, chart.BANK, ahead)
    journal.transfer("SUPP", chart.BANK, chart.SUPPLIER_PREPAYMENTS, _next_month(ahead))
    collected = -journal.balance(chart.VAT)
    journal.transfer("VAT", chart.VAT, chart.BANK, _next_month(collected))
    part = goods * 3 // 5
    freight = journal.balance(chart.FREIGHT)
    return [
        Supply("S-GOODS-1", chart.INVENTORY, part),
        Supply("S-GOODS-2", chart.INVENTORY, goods - part),
        Supply("S-FREIGHT", chart.FREIGHT, freight),
        Supply("S-OTHER", "", billed - goods - freight),
    ]
