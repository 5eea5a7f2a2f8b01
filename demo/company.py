"""One run: walk through customers and months in blocks, post, write, and close the books.

The block size changes file boundaries only, never the content. Only totals of the journal live
longer than a block.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from demo import tables
from demo.activities import Activities, customer_activities, product_activities
from demo.billing import bills, book_bills
from demo.bookings import book_lines, book_order_costs, line_values
from demo.catalogue import Catalogue, subscription_product
from demo.customers import Customers, customer_count, customers
from demo.deliveries import order_costs
from demo.draws import Ints
from demo.frames import Frame, picked
from demo.incidents import REASONS, book_incident_sales, book_wrong_postings, incident_sales
from demo.journal import Journal
from demo.ledger import write_investments, write_key_accounts, write_ledger, write_opening
from demo.manual import write_manual_records
from demo.overheads import book_actual_cost, book_overheads, book_supplies
from demo.reference import write_reference
from demo.sales import Sales, sales
from demo.settlement import settle
from demo.tags import tags
from demo.timeline import MONTH_START, MONTHS, NONE, Rates
from demo.truth import write_truth
from demo.writing import Writer, write_manifest

LINES_PER_BLOCK = 400_000
TRUTH = "truth"
"""Folder of the ground truth, beside that of the extracts."""
_ID = ("month", "customer", "sequence")


class Company:
    """The demo company at one seed and scale, and where its files go."""

    def __init__(
        self, out: Path, scale: float, seed: int, lines_per_block: int = LINES_PER_BLOCK
    ) -> None:
        """Draw what everything else rests on: products, rates, the number of customers."""
        self.seed, self.scale = seed, scale
        self.count = customer_count(scale)
        self.catalogue = Catalogue(seed, scale)
        self.rates = Rates(seed)
        self.journal = Journal(seed)
        self.writer = Writer(out)
        self.lines_per_block = lines_per_block

    def write(self) -> None:
        """Write all extracts, the manifest and, beside them, the ground truth."""
        self._write_customers()
        for people, first, last in self._blocks():
            self._trade(people, first, last)
        self._product_events()
        self._incidents()
        book_actual_cost(self.journal)
        book_overheads(self.journal, self.seed, self.count)
        book_wrong_postings(self.journal)
        write_opening(self.writer, self.journal, self.seed, self.count)
        cast = customers(self.seed, self.count, 0, 200)
        write_investments(self.writer, self.journal, cast)
        supplies = book_supplies(self.journal)
        write_ledger(self.writer, self.journal, supplies)
        write_reference(self.writer, self.catalogue, self.rates)
        self.writer.again("customer_merges/part-0001.csv", "customer_merges/resent.csv")
        self.writer.rows(f"../{TRUTH}/reasons.csv", ("reason_id", "kind", "month", "how"), REASONS)
        self.writer.close()
        write_manifest(self.writer.folder)

    def _blocks(self) -> Iterator[tuple[Customers, int, int]]:
        """Return blocks of customers and spans of months within the size of a block.

        A customer has about one order line a month.
        """
        width = max(20, self.lines_per_block // 12)
        span = 12 if width > 60 else 5
        for first in range(0, self.count, width):
            people = customers(self.seed, self.count, first, min(first + width, self.count))
            for month in range(0, MONTHS, span):
                yield people, month, min(month + span, MONTHS)

    def _write_customers(self) -> None:
        width = self.lines_per_block
        for first in range(0, self.count, width):
            people = customers(self.seed, self.count, first, min(first + width, self.count))
            frame = {
                "number": people.number,
                "name": people.number % 13,
                "archetype": people.archetype,
                "country": people.country,
                "currency": people.currency,
                "acquired": people.acquired,
                "referrer": people.referrer,
                "parent": people.parent,
                "merged_into": people.merged_into,
                "last_day": people.last_day,
            }
            self.writer.part("customers", tables.CUSTOMERS, "csv", people=frame)
            merges = picked(frame, frame["merged_into"] != NONE)
            self.writer.part("customer_merges", tables.CUSTOMER_MERGES, "csv", people=merges)
            claimed = tags(self.seed, people)
            for system, name in enumerate(("crm", "erp", "desk")):
                claims = picked(claimed.claims, claimed.claims["system"] == system)
                self.writer.part(
                    f"customer_tags/{name}", tables.CUSTOMER_TAGS, "csv", claims=claims
                )
            self.writer.part(
                "subscriptions", tables.SUBSCRIPTIONS, subscriptions=self._subscriptions(people)
            )
            write_truth(self.writer, people, claimed.truth)
            write_key_accounts(self.writer, self.journal, people)

    def _subscriptions(self, people: Customers) -> Frame:
        rows = people.subscribes_from != NONE
        number, begins = people.number[rows], people.subscribes_from[rows]
        until = people.subscribes_until[rows] + 1
        product = subscription_product(number)
        currency = people.currency[rows]
        return {
            "number": number,
            "product": product,
            "starts": MONTH_START[begins],
            "ends": np.where(until >= MONTHS, NONE, MONTH_START[until] - 1),
            "amount": self.catalogue.list_price(product, begins, currency),
            "currency": currency,
        }

    def _trade(self, people: Customers, first: int, last: int) -> None:
        sold = sales(self.seed, self.catalogue, people, first, last)
        values = line_values(sold, self.rates, self.catalogue)
        book_lines(self.journal, sold, values)
        self.writer.part("order_lines", tables.ORDER_LINES, lines=_named_lines(sold))
        self._bill(sold, values)
        acted = customer_activities(self.seed, people, sold, first, last)
        self._write_events(acted)

    def _bill(self, sold: Sales, values: Frame) -> None:
        """Write the orders and everything that follows from them but their lines."""
        orders = sold.orders
        self.writer.part("orders", tables.ORDERS, orders=orders)
        costs = order_costs(self.seed, sold)
        book_order_costs(self.journal, costs, self.rates)
        own = picked({name: orders[name] for name in _ID}, costs["order"])
        own["order_kind"] = orders["kind"][costs["order"]]
        self.writer.part("order_costs", tables.ORDER_COSTS, "csv", costs=costs | own)

        billed = bills(self.seed, sold)
        book_bills(self.journal, sold, values, billed, self.rates)
        invoices = dict(billed.invoices)
        for name, source in (("order_kind", "kind"), ("billing", "billing")):
            invoices[name] = orders[source][invoices["order"]]
        self.writer.part("invoices", tables.INVOICES, invoices=invoices)
        lines = billed.lines
        own = {name: invoices[name][lines["invoice"]] for name in (*_ID, "part", "order_kind")}
        self.writer.part("invoice_lines", tables.INVOICE_LINES, invoice_lines=lines | own)

        settled = settle(self.seed, sold, billed.invoices, self.rates, self.journal)
        self.writer.part("payments", tables.PAYMENTS, payments=settled.payments)
        applied = dict(settled.allocations)
        for name in (*_ID, "part"):
            applied[name] = invoices[name][settled.allocations["invoice"]]
            applied[f"source_{name}"] = invoices[name][settled.allocations["source"]]
        self.writer.part(
            "payment_allocations", tables.PAYMENT_ALLOCATIONS, "csv", allocations=applied
        )
        lost = {name: invoices[name][settled.write_offs["invoice"]] for name in (*_ID, "part")}
        lost |= {"given_up": settled.write_offs["on"], "amount": settled.write_offs["amount"]}
        self.writer.part("write_offs", tables.WRITE_OFFS, "csv", write_offs=lost)

    def _write_events(self, acted: Activities) -> None:
        self.writer.part("activity_events", tables.ACTIVITY_EVENTS, "csv", events=acted.events)
        names = ("driver", "month", "reference", "sequence")
        own = {name: acted.events[name][acted.options["event"]] for name in names}
        options = acted.options | own
        self.writer.part("event_options", tables.EVENT_OPTIONS, options=options)

    def _product_events(self) -> None:
        for first in range(0, MONTHS, 12):
            events = product_activities(self.seed, self.catalogue, first, first + 12)
            self.writer.part("activity_events", tables.ACTIVITY_EVENTS, "csv", events=events)

    def _incidents(self) -> None:
        sold = incident_sales(self.catalogue)
        values = line_values(sold, self.rates, self.catalogue)
        book_incident_sales(self.journal, sold, values)
        self._bill(sold, values)
        write_manual_records(self.writer, self.journal, _named_lines(sold))


def _named_lines(sold: Sales) -> Frame:
    """Return the lines with the columns that name their order and the line they return."""
    orders, lines = sold
    named = dict(lines)
    for name in (*_ID, "kind"):
        named[name] = orders[name][lines["order"]]
    original: Ints = lines["original"]
    returned = original != NONE
    numbers = lines["number"][np.where(returned, original, 0)]
    named["returned_number"] = np.where(returned, numbers, NONE)
    named["recorded"] = orders["ordered"][lines["order"]]
    return named
