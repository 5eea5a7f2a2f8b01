"""What goes wrong on purpose: orders of nobody, postings in the wrong month, missing owners.

Each incident makes one reason or variance occur, small and at a known place; `demo/README.md`
lists them. Records that can't be read are in `spoiling`.
"""

from typing import NamedTuple

import numpy as np

from demo import chart, naming
from demo.bookings import ACCOUNT_OF, book_lines, sales_account
from demo.catalogue import LATE_COST, NEVER_SOLD, UNKNOWN_PRODUCT, Catalogue
from demo.customers import STEADY, UNKNOWN_CUSTOMER
from demo.draws import Ints
from demo.frames import Frame, picked
from demo.journal import Journal, Posting
from demo.money import QUANTITY, divided
from demo.sales import AT_ONCE, GOODS, Sales
from demo.timeline import MONTH_END, NONE, YEAR_MONTH, day, month_number, month_of

PLAIN, NEXT_MONTH, AT_ACTUAL = range(3)
FIRST_SEQUENCE = 91
NOBODY = 9_999_997
"""The number in the ids of orders that name no customer."""


class Order(NamedTuple):
    """One order by hand: euro, German sales tax, goods, shipped after `lag` days."""

    customer: int
    ordered: str
    lag: int
    items: tuple[tuple[int, int], ...]
    posting: int = PLAIN


ORDERS = (
    Order(UNKNOWN_CUSTOMER, "2023-05-09", 3, ((6, 2),)),
    Order(UNKNOWN_CUSTOMER, "2024-03-12", 2, ((10, 1), (7, 6))),
    Order(NOBODY, "2023-09-05", 0, ((7, 5),)),
    Order(NOBODY, "2025-03-18", 0, ((8, 12),)),
    Order(1, "2024-09-10", 4, ((UNKNOWN_PRODUCT, 3), (11, 4))),
    Order(10, "2025-02-11", 3, ((LATE_COST, 2),)),
    Order(10, "2025-05-13", 3, ((LATE_COST, 3),)),
    Order(14, "2024-03-27", 1, ((6, 3), (3, 8)), NEXT_MONTH),
    Order(6, "2025-06-26", 1, ((14, 2),), NEXT_MONTH),
    Order(14, "2023-10-10", 3, ((5, 1),), AT_ACTUAL),
    Order(17, "2025-04-08", 3, ((9, 1), (6, 2)), AT_ACTUAL),
    Order(6, "2024-06-11", 2, ((10, 2), (15, 9), (18, 1))),
    Order(17, "2024-11-12", 2, ((22, 1), (19, 4))),
)
REASONS = (
    ("unknown_customer", "unassigned", "2023-05", "orders, a visit and a cost of C9999999"),
    ("unknown_order", "unassigned", "2024-03", "a transport, freight and a rush shipment"),
    ("unknown_product", "unassigned", "2024-10", "a licence fee and a listing of P99999"),
    ("unknown_segment", "unassigned", "2023-08", "advertising to size:giant"),
    ("unknown_cost_center", "unassigned", "2023-11", "office cost of cc_900"),
    ("no_owner", "unassigned", "2023-04", "advertising and a visit that name nobody"),
    ("no_cost_center", "unassigned", "2025-01", "office cost without a cost centre"),
    ("no_service_allocation", "unassigned", "2025-11", "the canteen serves nobody yet"),
    ("no_activity", "unassigned", "2025-10", "the showroom has no job analysis yet"),
    ("no_process", "unassigned", "2023-01", "sponsoring goes into no process"),
    ("no_driver_quantity", "unassigned", "2024-08", "the inspection terminal was broken"),
    ("mixed_sign_weights", "unassigned", "2024-05", "trainings of last month taken back"),
    ("zero_weight", "unassigned", "2024-02", "the only training was cancelled"),
    ("no_standard_cost", "unassigned", "2025-02", "P90001 sold before it had a standard cost"),
    ("timing", "variance", "2024-03", "orders posted in the month after delivery"),
    ("price", "variance", "2023-01", "material of P00002 and of two orders at actual cost"),
    ("volume", "variance", "2024-05", "material of P90002, which nobody bought"),
    ("spending", "variance", "2023-01", "invoicing is charged at a standard rate"),
    ("unposted", "variance", "2023-05", "rejected costs, a rejected order line"),
)
"""(reason, kind, month in which it first occurs, how it gets in)"""
REJECTED_LINE, SUPERSEDED_LINE = (11, 2), (12, 1)
"""(order, line number): delivered twice and contradictory; delivered again, corrected."""
REBATED = ((12, 5), (24, 3), (36, 2))
"""(customer, tenths of the yearly rebate)"""
UNKNOWN_PRICE = 18_500
ACTUAL_UNIT_COST = 21_530


def incident_sales(catalogue: Catalogue) -> Sales:
    """Return the orders made by hand; ids end in 91 and up."""
    count = len(ORDERS)
    ordered = np.array([day(order.ordered) for order in ORDERS], dtype=np.int64)
    customer = np.array([order.customer for order in ORDERS], dtype=np.int64)
    shipped = ordered + np.array([order.lag for order in ORDERS], dtype=np.int64)
    zero, none = np.zeros(count, dtype=np.int64), np.full(count, NONE)
    orders = {
        "who": zero,
        "customer": customer,
        "owner": np.where(customer == NOBODY, NONE, customer),
        "archetype": np.full(count, STEADY),
        "currency": zero,
        "vat": np.full(count, 190),
        "late": zero,
        "takes_discount": zero,
        "month": month_of(ordered),
        "sequence": FIRST_SEQUENCE + np.arange(count, dtype=np.int64) % 8,
        "kind": np.full(count, GOODS),
        "ordered": ordered,
        "shipped": shipped,
        "rush": zero,
        "promotion": none,
        "billing": np.full(count, AT_ONCE),
        "parent": none,
    }
    items = [(o, n, *item) for o, order in enumerate(ORDERS) for n, item in enumerate(order.items)]
    order, number, product, pieces = (np.array(c, dtype=np.int64) for c in zip(*items, strict=True))
    known = catalogue.position(product) >= 0
    price = catalogue.list_price(product, orders["month"][order], zero[order])
    price = np.where(known, price, UNKNOWN_PRICE)
    gross = pieces * price
    discount = divided(gross * 5, 100)
    empty = np.full(len(order), NONE)
    lines = {
        "order": order,
        "number": number + 1,
        "product": product,
        "quantity": pieces * QUANTITY,
        "gross": gross,
        "discount": discount,
        "tax": divided((gross - discount) * 190, 1000),
        "recognised": empty,
        "customization": empty,
        "service_from": empty,
        "service_to": empty,
        "original": empty,
        "restocked": empty,
        "on": shipped[order],
        "costed": ordered[order],
        "currency": zero[order],
    }
    return Sales(orders, lines)


def order_id(number: int) -> str:
    """Return the id of an order made by hand."""
    order = ORDERS[number]
    month = month_number(order.ordered)
    return naming.order_id(month, order.customer, FIRST_SEQUENCE + number % 8)


def book_incident_sales(journal: Journal, sold: Sales, values: Frame) -> None:
    """Post the orders made by hand: some a month late, some at actual cost."""
    posting = np.array([order.posting for order in ORDERS], dtype=np.int64)[sold.lines["order"]]
    at_actual = posting == AT_ACTUAL
    plain = dict(values)
    plain["standard_material"] = np.where(at_actual, 0, values["standard_material"])
    rows = posting != NEXT_MONTH
    book_lines(journal, Sales(sold.orders, picked(sold.lines, rows)), picked(plain, rows))
    for number, order in enumerate(ORDERS):
        lines = sold.lines["order"] == number
        shipped = int(sold.orders["shipped"][number])
        if order.posting == NEXT_MONTH:
            month = int(month_of(np.array([shipped]))[0]) + 1
            _post_late(journal, number, int(MONTH_END[month]) - 20, sold, values, lines)
        elif order.posting == AT_ACTUAL:
            actual = int(values["standard_material"][lines].sum()) * 109 // 100
            journal.write(
                f"ACT-{order_id(number)}",
                shipped,
                "Material at actual cost",
                [
                    Posting(chart.MATERIAL, actual, order=order_id(number)),
                    Posting(chart.INVENTORY, -actual),
                ],
            )
        for product, pieces in order.items:
            if product == LATE_COST:
                _material_by_product(journal, shipped, product, pieces * ACTUAL_UNIT_COST)


def _post_late(
    journal: Journal, number: int, on: int, sold: Sales, values: Frame, lines: Ints
) -> None:
    name = order_id(number)
    postings = []
    for account, mask in sales_account(sold.lines["product"]):
        cents = int((values["gross_sales"] * mask)[lines].sum())
        postings += [Posting(account, cents, order=name)] if cents else []
    discount = int(values["discount"][lines].sum())
    postings.append(Posting(chart.DISCOUNTS, discount, order=name))
    postings.append(Posting(chart.UNBILLED, -sum(posting.cents for posting in postings)))
    journal.write(f"LATE-{name}", on, "Posted with the following month", postings)
    costs = [
        Posting(ACCOUNT_OF[component], int(values[component][lines].sum()), order=name)
        for component in ("standard_material", "standard_production")
    ]
    hauled = int(values["standard_distribution"][lines].sum())
    costs.append(Posting(chart.INVENTORY, -sum(posting.cents for posting in costs)))
    costs.append(Posting(chart.DISTRIBUTION, hauled, order=name))
    costs.append(Posting(chart.PAYABLES, -hauled))
    journal.write(f"LATE-COST-{name}", on, "Posted with the following month", costs)


def _material_by_product(journal: Journal, on: int, product: int, cents: int) -> None:
    journal.write(
        f"ACT-{naming.product_id(product)}-{on}",
        on,
        "Material at actual cost",
        [
            Posting(chart.MATERIAL, cents, product=naming.product_id(product)),
            Posting(chart.INVENTORY, -cents),
        ],
    )


def book_wrong_postings(journal: Journal) -> None:
    """Post what names nobody, or somebody that no other system knows; and rebates."""
    _material_by_product(journal, day("2024-05-22"), NEVER_SOLD, 84_000)
    unknown = naming.order_id(14, 0, 99)
    wrong: list[tuple[str, str, Posting]] = [
        ("NOBODY", "2023-04-20", Posting(chart.ADVERTISING, 45_000)),
        ("SEGMENT", "2023-08-16", Posting(chart.ADVERTISING, 38_000, segment="size:giant")),
        ("CUSTOMER", "2024-02-13", Posting(chart.KEY_ACCOUNTS, 26_500, customer="C9999999")),
        ("ORDER", "2024-03-14", Posting(chart.ORDER_EXTRAS, 17_250, order=unknown)),
        ("PRODUCT", "2024-10-08", Posting(chart.LICENCE_FEES, 21_000, product="P99999")),
        ("CENTRE", "2023-11-09", Posting(chart.OFFICE, 33_000, cost_center="cc_900")),
        ("NO-CENTRE", "2025-01-23", Posting(chart.OFFICE, 29_500)),
        ("COVER-1", "2023-10-16", Posting(chart.ORDER_EXTRAS, 12_400, order=order_id(9))),
        ("COVER-2", "2025-04-14", Posting(chart.ORDER_EXTRAS, 8_900, order=order_id(10))),
    ]
    for name, on, posting in wrong:
        entry = [posting, Posting(chart.PAYABLES, -posting.cents)]
        journal.write(f"INV-{name}", day(on), "Supplier invoice", entry)
    for year, cents in ((2023, 310_000), (2024, 355_000), (2025, 392_000)):
        end = int(MONTH_END[(year - 2023) * 12 + 11])
        accrued = [
            Posting(chart.REBATES, cents * part // 10, customer=naming.customer_id(customer))
            for customer, part in REBATED
        ]
        accrued.append(Posting(chart.REBATES_PAYABLE, -cents))
        journal.write(f"REBATE-{year}", end, "Annual rebates", accrued)
        if year < 2025:
            paid = [Posting(chart.REBATES_PAYABLE, cents), Posting(chart.BANK, -cents)]
            stamp = YEAR_MONTH[(year - 2022) * 12]
            journal.write(f"REBATE-PAID-{stamp}", end + 20, "Annual rebates paid", paid)
