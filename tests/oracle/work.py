"""How much of each driver was counted for whom, and when it was fed (method, section 3)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from tests.oracle.company import Row, day, is_true, month_of, needed_day, next_month, number
from tests.oracle.exact import Object, rounded
from tests.oracle.facts import ZERO, Facts, Line, nobody


@dataclass(frozen=True, slots=True)
class Work:
    """Some quantity of a driver, with the objects that its source names ("" for none)."""

    month: date
    driver_id: str
    quantity: Fraction
    order_id: str = ""
    customer_id: str = ""
    product_id: str = ""


class World(Facts):
    """Facts with the quantities of the drivers and the segments of the customers."""

    @cached_property
    def pure_returns(self) -> set[str]:
        """Return the orders whose lines were all returns when they were reported."""
        kinds: defaultdict[str, list[bool]] = defaultdict(list)
        for line in self.lines:
            if line.order and self.work_month(line) == self.order_month(line.order_id):
                kinds[line.order_id].append(line.is_return)
        return {order_id for order_id, returns in kinds.items() if all(returns)}

    def order_month(self, order_id: str) -> date:
        """Return the month in which an order counts."""
        return self.reporting_month(self.orders[order_id], "ordered_on")

    def work_month(self, line: Line) -> date:
        """Return the month in which a line is work of its order, never before the order is."""
        ordered_on = needed_day(self.orders[line.order_id], "ordered_on")
        month = self.reported(ordered_on, line.recorded_at)
        return max(month, self.order_month(line.order_id))

    @cached_property
    def work(self) -> list[Work]:
        """Return all driver quantities, from events and from documents."""
        found = [self._event(row) for row in self.rows("activity_events")]
        for row in self.seed("derived_drivers"):
            found += self._derived(row["driver_id"], row["derived_from"])
        return found

    def _event(self, row: Row) -> Work:
        driver = row["driver_id"]
        minutes = {
            equation["option_id"]: number(equation, "minutes")
            for equation in self.seed("time_equations")
            if equation["driver_id"] == driver
        }
        quantity = number(row, "quantity")
        if minutes:
            quantity *= minutes.get("base", ZERO)
            for option in self.rows("event_options"):
                if option["event_id"] == row["event_id"] and option["option_id"] != "base":
                    per_option = minutes.get(option["option_id"], ZERO)
                    quantity += number(option, "quantity") * per_option
        quantity = rounded(quantity, 4)
        return Work(
            self.reporting_month(row, "occurred_on"),
            driver,
            quantity,
            row.get("order_id", ""),
            self._named(row, "occurred_on"),
            row.get("product_id", ""),
        )

    def _derived(self, driver: str, source: str) -> list[Work]:
        one = Fraction(1)
        counted = [order_id for order_id in self.orders if order_id not in self.pure_returns]
        if source == "order_count":
            return [Work(self.order_month(item), driver, one, item) for item in counted]
        if source == "order_line_count":
            return [
                Work(self.work_month(x), driver, one, x.order_id)
                for x in self.lines
                if x.order_id in counted and not x.is_return
            ]
        if source == "sold_quantity":
            return [
                Work(x.month, driver, x.quantity, x.order_id, "", x.product_id)
                for x in self.lines
                if not x.is_return
            ]
        if source == "return_line_count":
            return [
                Work(x.month, driver, one, x.order_id, "", x.product_id)
                for x in self.lines
                if x.is_return
            ]
        if source == "invoice_count":
            return [
                Work(
                    self.reporting_month(row, "issued_on"),
                    driver,
                    one,
                    row.get("order_id", ""),
                    self._named(row, "issued_on"),
                )
                for row in self.rows("invoices")
                if row["kind"] == "invoice"
            ]
        if source == "payment_count":
            return [
                Work(
                    self.reporting_month(row, "paid_on"),
                    driver,
                    one,
                    customer_id=self._named(row, "paid_on"),
                )
                for row in self.rows("payments")
            ]
        if source == "new_customer_count":
            return [
                Work(month_of(needed_day(row, "acquired_on")), driver, one, customer_id=customer_id)
                for customer_id, row in self.customers.items()
                if month_of(needed_day(row, "acquired_on")) in self.months
            ]
        if source == "active_customer_count":
            active = {
                (self.order_month(item), self.order_owner(item)[1])
                for item in counted
                if self.order_owner(item)[0] == "customer"
            }
            return [Work(month, driver, one, customer_id=item) for month, item in sorted(active)]
        raise ValueError(f"no driver is derived from {source}")

    def _named(self, row: Row, column: str) -> str:
        """Return the customer that a row names, or who has taken over from him by its date."""
        customer = row.get("customer_id", "")
        return self.current_customer(customer, needed_day(row, column)) if customer else ""

    @cached_property
    def fed(self) -> set[tuple[str, date]]:
        """Return the drivers and the months in which they were fed."""
        months: dict[str, set[date]] = {
            "orders": {self.order_month(item) for item in self.orders},
            "order_lines": {line.month for line in self.lines},
            "invoices": {self.reporting_month(x, "issued_on") for x in self.rows("invoices")},
            "payments": {self.reporting_month(x, "paid_on") for x in self.rows("payments")},
            "months": set(self.months),
        }
        kinds = {
            "order_count": "orders",
            "order_line_count": "orders",
            "active_customer_count": "orders",
            "sold_quantity": "order_lines",
            "return_line_count": "order_lines",
            "invoice_count": "invoices",
            "payment_count": "payments",
            "new_customer_count": "months",
        }
        found = {
            (row["driver_id"], self.reporting_month(row, "occurred_on"))
            for row in self.rows("activity_events")
        }
        late = {self.work_month(line) for line in self.lines if line.order}
        for row in self.seed("derived_drivers"):
            fed = months[kinds[row["derived_from"]]]
            if row["derived_from"] == "order_line_count":
                fed = fed | late
            found |= {(row["driver_id"], month) for month in fed}
        return found

    @cached_property
    def leading_scheme(self) -> str:
        """Return the scheme whose segments receive what processes of the level segment charge."""
        candidates = sorted(
            (
                row["tag_scheme"]
                for row in self.seed("tag_schemes")
                if is_true(row, "is_required", False) and is_true(row, "is_exclusive", False)
            ),
            key=lambda name: name.encode("utf-8"),
        )
        return self.setting("segment_process_scheme", candidates[0] if candidates else "")

    def segment_of(self, customer_id: str, month: date) -> Object:
        """Return the segment of the leading scheme in which a customer ends a month."""
        priorities = {
            row["source_system"]: int(row["priority"])
            for row in self.seed("tag_source_priority")
            if row["tag_scheme"] == self.leading_scheme
        }
        last = date.fromordinal(next_month(month).toordinal() - 1)
        claims = []
        for row in self.rows("customer_tags"):
            ends = day(row, "valid_to")
            segment = f"{row['tag_scheme']}:{row['tag_value']}"
            if (
                self._named(row, "valid_from") == customer_id
                and row["tag_scheme"] == self.leading_scheme
                and segment in self.segments
                and needed_day(row, "valid_from") <= last
                and (ends is None or ends > last)
            ):
                rank = priorities.get(row["source_system"], 10**9)
                since = needed_day(row, "valid_from").toordinal()
                claims.append((rank, -since, row["tag_value"].encode("utf-8"), segment))
        return ("segment", min(claims)[3]) if claims else nobody("unknown_segment")
