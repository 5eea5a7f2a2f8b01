"""What happened, as the method reads it: owners, dates, translation and order lines.

From the rows of a company to facts in functional currency (method, sections 1, 2 and 9). Objects
are pairs of level and natural id, an amount that nobody owns has the object
``("unassigned", reason)``.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from tests.oracle.company import (
    Company,
    Row,
    day,
    month_of,
    months_between,
    needed_day,
    next_month,
    number,
)
from tests.oracle.exact import Object, rounded

COMPANY: Object = ("company", "company")
CAPACITY: Object = ("capacity", "capacity")
ZERO = Fraction()
# Whatever is dated makes its month one of the company's months.
DATED = {
    "ledger_entries": ("posted_on",),
    "orders": ("ordered_on", "shipped_on"),
    "order_costs": ("incurred_on",),
    "invoices": ("issued_on",),
    "payments": ("paid_on",),
    "activity_events": ("occurred_on",),
    "order_lines": ("recognised_on",),
}


def nobody(reason: str) -> Object:
    """Return the object that holds what nobody owns for a reason."""
    return ("unassigned", reason)


@dataclass(frozen=True, slots=True)
class Line:
    """An order line in functional currency."""

    order_id: str
    order: Row | None
    product_id: str
    owner: Object
    month: date
    recognised_on: date
    cost_on: date | None
    quantity: Fraction
    restocked: Fraction
    gross: Fraction
    discount: Fraction
    customization: Fraction
    recorded_at: str

    @property
    def is_return(self) -> bool:
        """Return whether the line takes goods back."""
        return self.quantity < 0


@dataclass(slots=True)
class Cost:
    """Standard cost of a line by component; None where no standard was valid."""

    material: Fraction = ZERO
    production: Fraction = ZERO
    distribution: Fraction = ZERO
    restocked: Fraction = ZERO
    is_known: bool = False


class Facts:
    """The facts of one company, each derived once."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def rows(self, table: str) -> list[Row]:
        """Return the rows of an extract."""
        return self.company.extracts.get(table, [])

    def seed(self, table: str) -> list[Row]:
        """Return the rows of a seed."""
        return self.company.seeds.get(table, [])

    def setting(self, name: str, default: str) -> str:
        """Return a setting."""
        values = {row["setting"]: row.get("value", "") for row in self.seed("company_settings")}
        return values.get(name) or default


    @cached_property
    def customers(self) -> dict[str, Row]:
        """Return customers by id."""
        return {row["customer_id"]: row for row in self.rows("customers")}

    @cached_property
    def products(self) -> set[str]:
        """Return the ids of the products."""
        return {row["product_id"] for row in self.rows("products")}

    @cached_property
    def orders(self) -> dict[str, Row]:
        """Return orders by id."""
        return {row["order_id"]: row for row in self.rows("orders")}

    @cached_property
    def accounts(self) -> dict[str, Row]:
        """Return revenue and expense accounts with their classification."""
        types = {row["account_id"]: row["account_type"] for row in self.rows("ledger_accounts")}
        return {
            row["account_id"]: row
            for row in self.seed("account_classification")
            if types.get(row["account_id"]) in ("revenue", "expense")
        }

    @cached_property
    def center_kinds(self) -> dict[str, str]:
        """Return the kinds of the cost centres."""
        return {row["cost_center_id"]: row["kind"] for row in self.rows("cost_centers")}

    @cached_property
    def segments(self) -> set[str]:
        """Return the ids of the segments."""
        return {f"{row['tag_scheme']}:{row['tag_value']}" for row in self.seed("tag_values")}

    @cached_property
    def months(self) -> list[date]:
        """Return every month in which anything is dated, and those between."""
        dated = [
            (day(row, column), row.get("recorded_at", ""))
            for table, columns in DATED.items()
            for row in self.rows(table)
            for column in columns
        ]
        dated += [
            (self._recognised_on(row), row.get("recorded_at", ""))
            for row in self.rows("order_lines")
        ]
        known = [on for on, _ in dated if on]
        known += [self.reported(on, recorded_at) for on, recorded_at in dated if on]
        return months_between(min(known), max(known)) if known else []

    @cached_property
    def ledger_months(self) -> list[date]:
        """Return the months from the first to the last with a ledger entry."""
        months = [self.reporting_month(row, "posted_on") for row in self.rows("ledger_entries")]
        return months_between(min(months), max(months)) if months else []

    # ---- time and owners ------------------------------------------------------------------

    def _closings(self, month: date) -> list[tuple[date, int]]:
        """Return days of closing (1) and reopening (0) of a month; on one day closing is last."""
        events = [
            (needed_day(row, "closed_on"), 1)
            for row in self.seed("closed_months")
            if needed_day(row, "month") == month
        ]
        events += [
            (needed_day(row, "reopened_on"), 0)
            for row in self.seed("reopened_months")
            if needed_day(row, "month") == month
        ]
        return sorted(events)

    def _is_closed(self, month: date, on: date) -> bool:
        happened = [closed for since, closed in self._closings(month) if since <= on]
        return bool(happened) and bool(happened[-1])

    def reported(self, economic: date, recorded_at: str) -> date:
        """Return the month in which something of a date is reported (method, section 9)."""
        month = month_of(economic)
        if recorded_at:
            on = date.fromisoformat(recorded_at[:10])
            while self._is_closed(month, on):
                month = next_month(month)
        return month

    def reporting_month(self, row: Row, column: str) -> date:
        """Return the month in which a row is reported."""
        return self.reported(needed_day(row, column), row.get("recorded_at", ""))

    def current_customer(self, customer_id: str, on: date) -> str:
        """Return who has taken over from a customer by a date."""
        merges = {
            row["merged_customer_id"]: row
            for row in self.rows("customer_merges")
            if needed_day(row, "merged_on") <= on
        }
        seen = set()
        while customer_id in merges and customer_id not in seen:
            seen.add(customer_id)
            customer_id = merges[customer_id]["surviving_customer_id"]
        return customer_id

    def customer_object(self, customer_id: str, on: date) -> Object | None:
        """Return the object of a customer that a row names; None where it names none."""
        if not customer_id:
            return None
        customer_id = self.current_customer(customer_id, on)
        known = customer_id in self.customers
        return ("customer", customer_id) if known else nobody("unknown_customer")

    def order_owner(self, order_id: str) -> Object:
        """Return the owner of what belongs to an order: its customer, else itself."""
        order = self.orders.get(order_id)
        if order is None:
            return nobody("unknown_order")
        owner = self.customer_object(order.get("customer_id", ""), needed_day(order, "ordered_on"))
        return owner or ("order", order_id)

    def object_of_order(self, order_id: str) -> Object:
        """Return the order itself as a receiver."""
        return ("order", order_id) if order_id in self.orders else nobody("unknown_order")

    # ---- money ------------------------------------------------------------------------------

    @cached_property
    def _closing_rates(self) -> dict[str, list[tuple[date, Fraction]]]:
        rates: defaultdict[str, list[tuple[date, Fraction]]] = defaultdict(list)
        for row in self.rows("fx_rates"):
            if row["rate_type"] == "closing":
                rate = (needed_day(row, "rate_on"), number(row, "rate"))
                rates[row["currency_code"]].append(rate)
        return {code: sorted(found) for code, found in rates.items()}

    def translated(self, amount: Fraction, currency: str, on: date) -> Fraction:
        """Translate one money field at the closing rate of its date, then round."""
        if currency == self.setting("functional_currency", ""):
            return amount
        rates = [rate for since, rate in self._closing_rates[currency] if since <= on]
        return rounded(amount * rates[-1])

    # ---- order lines ------------------------------------------------------------------------

    def _recognised_on(self, row: Row) -> date | None:
        order = self.orders.get(row["order_id"], {})
        return day(row, "recognised_on") or day(order, "shipped_on") or day(order, "ordered_on")

    @cached_property
    def lines(self) -> list[Line]:
        """Return the order lines."""
        return [self._line(row) for row in self.rows("order_lines")]

    def _line(self, row: Row) -> Line:
        order = self.orders.get(row["order_id"])
        on = self._recognised_on(row)
        if on is None:
            recorded = row.get("recorded_at", "")
            first, last = self.months[0], next_month(self.months[-1])
            on = date.fromisoformat(recorded[:10]) if recorded else first
            on = min(max(on, first), date.fromordinal(last.toordinal() - 1))
        quantity = number(row, "quantity")
        original = self.orders.get(row.get("returned_order_id") or "")
        cost_on = day(order, "ordered_on") if order else None
        if quantity < 0 and row.get("returned_order_id"):
            cost_on = day(original, "ordered_on") if original else None
        restocked = ZERO
        if quantity < 0:
            given = row.get("restocked_quantity")
            restocked = min(abs(Fraction(given)), -quantity) if given else -quantity
        functional = self.setting("functional_currency", "")
        currency = order["currency_code"] if order else functional

        def money(column: str) -> Fraction:
            return self.translated(number(row, column), currency, on)

        return Line(
            row["order_id"],
            order,
            row.get("product_id", ""),
            self.order_owner(row["order_id"]),
            self.reported(on, row.get("recorded_at", "")),
            on,
            cost_on,
            quantity,
            restocked,
            money("gross_amount"),
            money("discount_amount"),
            money("customization_cost_amount"),
            row.get("recorded_at", ""),
        )

    @cached_property
    def costs(self) -> list[Cost]:
        """Return the standard cost of each of the order lines, in their order."""
        return [self._cost(line) for line in self.lines]

    def _cost(self, line: Line) -> Cost:
        rows = [
            row
            for row in self.rows("product_costs")
            if row["product_id"] == line.product_id
            and line.cost_on is not None
            and needed_day(row, "valid_from") <= line.cost_on
        ]
        if not rows:
            return Cost()
        row = max(rows, key=lambda found: needed_day(found, "valid_from"))

        def cost(quantity: Fraction, component: str) -> Fraction:
            return rounded(quantity * number(row, f"standard_{component}_cost"))

        if line.is_return:
            back = cost(line.restocked, "material") + cost(line.restocked, "production")
            return Cost(restocked=back, is_known=True)
        return Cost(
            cost(line.quantity, "material"),
            cost(line.quantity, "production"),
            cost(line.quantity, "distribution"),
            is_known=True,
        )
