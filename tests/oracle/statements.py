"""Every cent of the result with its owner and line.

Method, sections 1, 2 and 5; decisions 0001, 0002, 0005 and 0007.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from tests.oracle.company import needed_day, number
from tests.oracle.costing import Costing, Routed
from tests.oracle.exact import Object, rounded
from tests.oracle.facts import CAPACITY, COMPANY, ZERO, nobody

# What other accounts hold where a component has none of its own (decision 0005).
HELD_BY = {
    "discount": "gross_sales",
    "cash_discount": "gross_sales",
    "return": "gross_sales",
    "restocked_goods": "standard_material",
}
RAISES_PROFIT = {"gross_sales", "restocked_goods"}
STANDARD_COSTS = ("standard_material", "standard_production", "standard_distribution")
PROCESSING_LINES = {
    "product": "product_processing",
    "order": "order_processing",
    "customer": "customer_processing",
    "segment": "segment_cost",
}
STOPPED_STAGES = (
    "service_to_operating",
    "cost_center_to_activity",
    "neutral_to_induced",
    "activity_to_process",
)

LineKey = tuple[str, str, date, str]  # object level, object id, month, line


@dataclass(frozen=True, slots=True)
class Piece:
    """Some amount of a component from a document, signed by its effect on profit."""

    month: date
    component: str
    owner: Object
    profit: Fraction
    order_id: str = ""
    product_id: str = ""


class Statements(Costing):
    """The postings of a company and what is published of them."""

    # ---- components -------------------------------------------------------------------------

    @cached_property
    def holders(self) -> dict[str, str]:
        """Return the component whose accounts hold each component that is posted."""
        own = {
            account["control_component"]
            for account in self.accounts.values()
            if account["cost_nature"] == "controlled" and account.get("control_component")
        }
        holders = {component: component for component in own}
        for component, holder in HELD_BY.items():
            if component not in own and holder in own:
                holders[component] = holder
        return holders

    @cached_property
    def pieces(self) -> list[Piece]:
        """Return what the documents say of the components that are posted."""
        found = [*self._line_pieces(), *self._cost_pieces(), *self._discount_pieces()]
        return [piece for piece in found if piece.component in self.holders and piece.profit]

    def _line_pieces(self) -> Iterable[Piece]:
        for line, cost in zip(self.lines, self.costs, strict=True):
            amounts = {
                "customization": line.customization,
                "standard_material": cost.material,
                "standard_production": cost.production,
                "standard_distribution": cost.distribution,
                "restocked_goods": cost.restocked,
            }
            if line.is_return:
                amounts["return"] = line.discount - line.gross
            else:
                amounts["gross_sales"] = line.gross
                amounts["discount"] = line.discount
            for component, amount in amounts.items():
                profit = amount if component in RAISES_PROFIT else -amount
                yield Piece(
                    line.month, component, line.owner, profit, line.order_id, line.product_id
                )

    def _cost_pieces(self) -> Iterable[Piece]:
        for row in self.rows("order_costs"):
            on = needed_day(row, "incurred_on")
            order_id = row.get("order_id", "")
            yield Piece(
                self.reporting_month(row, "incurred_on"),
                f"order_cost:{row['cost_type']}",
                self.order_owner(order_id) if order_id else nobody("no_owner"),
                -self.translated(number(row, "amount"), row["currency_code"], on),
                order_id,
            )

    def _discount_pieces(self) -> Iterable[Piece]:
        invoices = {row["invoice_id"]: row for row in self.rows("invoices")}
        for row in self.rows("payments"):
            on = needed_day(row, "paid_on")
            currency = row["currency_code"]
            discount = self.translated(number(row, "cash_discount_amount"), currency, on)
            named = {row.get("invoice_id", "")} | {
                found["invoice_id"]
                for found in self.rows("payment_allocations")
                if found["payment_id"] == row["payment_id"]
            }
            paid = [
                invoices[name]
                for name in named
                if name in invoices
                and invoices[name]["kind"] == "invoice"
                and invoices[name]["currency_code"] == currency
            ]
            total = sum((number(invoice, "amount") for invoice in paid), ZERO)
            tax = sum((number(invoice, "tax_amount") for invoice in paid), ZERO)
            share = rounded(discount * tax / total) if total else ZERO
            owner = self.customer_object(row.get("customer_id", ""), on) or nobody("no_owner")
            month = self.reporting_month(row, "paid_on")
            yield Piece(month, "cash_discount", owner, share - discount)

    # ---- variances --------------------------------------------------------------------------

    @cached_property
    def variances(self) -> dict[tuple[date, str, str], Fraction]:
        """Return variances by month, control component and kind."""
        found: defaultdict[tuple[date, str, str], Fraction] = defaultdict(Fraction)
        for component in sorted(set(self.holders.values())):
            lines = [
                line
                for line in self.routed
                if line.route == "controlled" and line.account["control_component"] == component
            ]
            pieces = [x for x in self.pieces if self.holders[x.component] == component]
            rest: defaultdict[date, Fraction] = defaultdict(Fraction)
            for line in lines:
                rest[line.month] += line.profit
            for piece in pieces:
                rest[piece.month] -= piece.profit
            explained = [
                *self._order_differences(component, lines, pieces),
                *self._product_differences(component, lines, pieces),
            ]
            for month, kind, amount in explained:
                found[month, component, kind] += amount
                rest[month] -= amount
            for month, amount in rest.items():
                found[month, component, "unposted"] += amount
        return {key: amount for key, amount in found.items() if amount}

    def _order_differences(
        self, component: str, lines: list[Routed], pieces: list[Piece]
    ) -> Iterable[tuple[date, str, Fraction]]:
        if component in ("cash_discount", "rebate"):
            return
        for order_id in sorted(self._named_orders(lines)):
            posted: defaultdict[date, Fraction] = defaultdict(Fraction)
            known: defaultdict[date, Fraction] = defaultdict(Fraction)
            products: defaultdict[tuple[date, str], Fraction] = defaultdict(Fraction)
            for line in lines:
                if line.row.get("order_id") == order_id:
                    posted[line.month] += line.profit
            for piece in pieces:
                if piece.order_id == order_id and piece.component != "cash_discount":
                    products[piece.month, piece.product_id] += piece.profit
            for (month, _), profit in products.items():
                if profit:
                    known[month] += profit
            remainder = sum(posted.values(), ZERO) - sum(known.values(), ZERO)
            stays = max(known or posted)
            kind = self._order_kind(component, order_id, bool(known))
            for month in {*posted, *known}:
                timing = posted[month] - known[month]
                if month == stays:
                    timing -= remainder
                yield month, "timing", timing
            yield stays, kind, remainder

    def _named_orders(self, lines: list[Routed]) -> set[str]:
        return {x.row["order_id"] for x in lines if x.row.get("order_id") in self.orders}

    def _order_kind(self, component: str, order_id: str, is_recognised: bool) -> str:
        if component not in STANDARD_COSTS:
            return "unposted"
        sold = [
            cost.is_known
            for line, cost in zip(self.lines, self.costs, strict=True)
            if line.order_id == order_id and not line.is_return
        ]
        if sold or is_recognised:
            return "price" if all(sold) else "no_standard_cost"
        return "unposted"

    def _product_differences(
        self, component: str, lines: list[Routed], pieces: list[Piece]
    ) -> Iterable[tuple[date, str, Fraction]]:
        if component not in STANDARD_COSTS:
            return
        orders = self._named_orders(lines)
        posted: defaultdict[tuple[date, str], Fraction] = defaultdict(Fraction)
        for line in lines:
            product_id = line.row.get("product_id", "")
            if line.row.get("order_id", "") not in self.orders and product_id in self.products:
                posted[line.month, product_id] += line.profit
        for (month, product_id), amount in posted.items():
            standard = sum(
                (
                    piece.profit
                    for piece in pieces
                    if (piece.month, piece.product_id) == (month, product_id)
                    and piece.order_id not in orders
                ),
                ZERO,
            )
            sold = [
                cost.is_known
                for line, cost in zip(self.lines, self.costs, strict=True)
                if (line.month, line.product_id) == (month, product_id) and not line.is_return
            ]
            kind = "volume" if not sold else "price" if all(sold) else "no_standard_cost"
            yield month, kind, amount - standard

    # ---- postings ---------------------------------------------------------------------------

    @cached_property
    def lines_monthly(self) -> dict[LineKey, Fraction]:
        """Return the contribution lines by object, month and line, without zeros."""
        found: defaultdict[LineKey, Fraction] = defaultdict(Fraction)

        def post(owner: Object, month: date, line_id: str, profit: Fraction) -> None:
            found[(*owner, month, line_id)] += profit

        for piece in self.pieces:
            line_id = piece.component.split(":")[0]
            post(piece.owner, piece.month, line_id, piece.profit)
        for (month, _, kind), amount in self.variances.items():
            if kind == "no_standard_cost":
                post(nobody(kind), month, "unassigned", amount)
            else:
                post(COMPANY, month, f"variance_{kind}", amount)
        for line in self.routed:
            if line.route in ("direct", "company", "unassigned"):
                post(line.owner, line.month, line.line_id, line.profit)
        for month in self.months:
            for row in self.imputed(month):
                amount = number(row, "monthly_amount")
                center = row.get("cost_center_id", "")
                post(COMPANY, month, "imputed_offset", amount)
                if not center or self.center_kinds.get(center) == "company":
                    post(COMPANY, month, "company_cost", -amount)
                elif center not in self.center_kinds:
                    post(nobody("unknown_cost_center"), month, "unassigned", -amount)
        for edge in self.edges:
            month = edge.pool.kind.month
            if edge.stage in STOPPED_STAGES:
                if edge.receiver[0] == "unassigned":
                    post(edge.receiver, month, "unassigned", -edge.amount)
                elif edge.receiver == COMPANY:
                    post(COMPANY, month, "company_cost", -edge.amount)
            elif edge.stage == "product_to_owner":
                line_id = "product_processing"
                if edge.receiver[0] == "unassigned":
                    line_id = "unassigned"
                post(edge.receiver, month, line_id, -edge.amount)
            else:
                owner, line_id = self._process_posting(edge.pool.owner, edge.receiver)
                if line_id:
                    post(owner, month, line_id, -edge.amount)
        return {key: amount for key, amount in found.items() if amount}

    def _process_posting(self, process_id: str, receiver: Object) -> tuple[Object, str]:
        """Return who is charged by an edge of a process, on which line; no line for products."""
        process = self.processes[process_id]
        level = receiver[0]
        if level == "unassigned":
            return receiver, "unassigned"
        if level == "company":
            return COMPANY, "variance_spending"
        if level == "capacity":
            cause = process.get("unused_capacity_object") or "company"
            if cause == "company":
                return CAPACITY, "unused_capacity"
            kind, _, name = cause.partition(":")
            owner = self.order_owner(name) if kind == "order" else (kind, name)
            return owner, "caused_unused_capacity"
        if level == "product":
            return receiver, ""
        owner = self.order_owner(receiver[1]) if level == "order" else receiver
        return owner, PROCESSING_LINES[process["object_level"]]

    @cached_property
    def result(self) -> dict[date, Fraction]:
        """Return the company's result: minus its revenue and expense accounts, by month."""
        found: defaultdict[date, Fraction] = defaultdict(Fraction)
        for line in self.routed:
            found[line.month] += line.profit
        return {month: amount for month, amount in found.items() if amount}

    @cached_property
    def rates(self) -> dict[tuple[str, date], dict[str, Fraction]]:
        """Return the exact figures of each process and month with cost or with work done."""
        found: defaultdict[tuple[str, date], dict[str, Fraction]] = defaultdict(
            lambda: dict.fromkeys(
                ("cost", "charged", "unused", "spending", "unassigned", "quantity"), ZERO
            )
        )
        for pool, amount in self.process_pools.items():
            found[pool.owner, pool.kind.month]["cost"] += amount
        for edge in self.process_edges:
            figure = {
                "capacity": "unused",
                "company": "spending",
                "unassigned": "unassigned",
            }.get(edge.receiver[0], "charged")
            found[edge.pool.owner, edge.pool.kind.month][figure] += edge.amount
        for key, receivers in self.quantities.items():
            found[key]["quantity"] = sum(receivers.values(), ZERO)
        return dict(found)
