"""From cost centres to objects: every allocation edge (method, sections 3 and 4)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from tests.oracle.company import Row, is_true, needed_day, number
from tests.oracle.exact import Object, rounded, share_out
from tests.oracle.facts import COMPANY, ZERO, nobody
from tests.oracle.pools import Edge, Kind, Pool, Pools, charge, filled, received, spread, text
from tests.oracle.service import service_weights
from tests.oracle.work import Work, World

DEFAULT_SERVICE_METHOD = "reciprocal"


@dataclass(frozen=True, slots=True)
class Routed:
    """A ledger line on a revenue or expense account, with where it goes."""

    row: Row
    account: Row
    month: date
    profit: Fraction
    route: str
    owner: Object
    line_id: str


class Costing(World):
    """The allocation edges of a company, stage by stage."""

    # ---- the ledger -------------------------------------------------------------------------

    @cached_property
    def routed(self) -> list[Routed]:
        """Return the lines on revenue and expense accounts."""
        found = []
        for row in self.rows("ledger_entries"):
            account = self.accounts.get(row["account_id"])
            if account is None:
                continue
            route, owner, line_id = self._route(row, account)
            month = self.reporting_month(row, "posted_on")
            profit = -number(row, "amount")
            found.append(Routed(row, account, month, profit, route, owner, line_id))
        return found

    def _route(self, row: Row, account: Row) -> tuple[str, Object, str]:
        nature = account["cost_nature"]
        line_id = account.get("statement_line_id") or ""
        if nature == "controlled":
            return "controlled", COMPANY, ""
        if nature == "company":
            return "company", COMPANY, line_id or "company_cost"
        if nature == "pool":
            return self._center_route(row, "no_cost_center", "unassigned")
        declared = account.get("object_level") or ""
        level = declared or ("segment" if line_id == "segment_cost" else "order")
        if level == "company":
            return "company", COMPANY, line_id
        owner = self._direct_owner(row, level)
        if owner is None:
            return self._center_route(row, "no_owner", line_id)
        return ("unassigned" if owner[0] == "unassigned" else "direct"), owner, line_id

    def _direct_owner(self, row: Row, level: str) -> Object | None:
        """Return the owner that a direct line names; objects finer than a level are passed over."""
        if level in ("order", "customer") and row.get("order_id"):
            return self.order_owner(row["order_id"])
        if level in ("order", "customer") and row.get("customer_id"):
            return self.customer_object(row["customer_id"], needed_day(row, "posted_on"))
        if level != "segment" and row.get("product_id"):
            known = row["product_id"] in self.products
            return ("product", row["product_id"]) if known else nobody("unknown_product")
        if row.get("segment_id"):
            known = row["segment_id"] in self.segments
            return ("segment", row["segment_id"]) if known else nobody("unknown_segment")
        return None

    def _center_route(self, row: Row, reason: str, line_id: str) -> tuple[str, Object, str]:
        center = row.get("cost_center_id", "")
        if not center:
            return "unassigned", nobody(reason), line_id
        kind = self.center_kinds.get(center)
        if kind is None:
            return "unassigned", nobody("unknown_cost_center"), line_id
        if kind == "company":
            return "company", COMPANY, "company_cost" if line_id == "unassigned" else line_id
        return "pool", COMPANY, line_id

    # ---- dated assumptions ------------------------------------------------------------------

    def dated(self, seed: str, keys: tuple[str, ...], month: date) -> list[Row]:
        """Return the row of each key that holds in a month."""
        latest: dict[tuple[str, ...], Row] = {}
        for row in sorted(self.seed(seed), key=lambda found: needed_day(found, "valid_from")):
            if needed_day(row, "valid_from") <= month:
                latest[tuple(row[key] for key in keys)] = row
        return list(latest.values())

    def imputed(self, month: date) -> list[Row]:
        """Return the imputed costs of a month."""
        if month not in self.ledger_months:
            return []
        rows = self.dated("imputed_costs", ("cost_id",), month)
        return [row for row in rows if number(row, "monthly_amount")]

    def activities(self, month: date) -> list[Row]:
        """Return the activities that have a share of their cost centre in a month."""
        rows = self.dated("activities", ("activity_id",), month)
        return [row for row in rows if number(row, "resource_share")]

    # ---- stages -----------------------------------------------------------------------------

    @cached_property
    def center_pools(self) -> Pools:
        """Return the primary cost of service and operating centres."""
        pools: defaultdict[Pool, Fraction] = defaultdict(Fraction)
        for line in self.routed:
            if line.route == "pool":
                category = line.account.get("cost_category") or "other"
                is_cash = is_true(line.account, "is_cash_effective", True)
                kind = Kind(line.month, category, is_cash)
                pools[Pool(line.row["cost_center_id"], kind)] -= line.profit
        for month in self.months:
            for row in self.imputed(month):
                if self.center_kinds.get(row.get("cost_center_id", "")) in ("service", "operating"):
                    kind = Kind(month, row["cost_category"], False)
                    pools[Pool(row["cost_center_id"], kind)] += number(row, "monthly_amount")
        return filled(pools)

    def service_weights(self, center: str, month: date) -> dict[Object, Fraction]:
        """Return who takes over the cost of a service centre, and with which weight."""
        usages = {
            (row["from_cost_center_id"], row["to_cost_center_id"]): number(row, "usage_quantity")
            for row in self.dated(
                "service_allocations", ("from_cost_center_id", "to_cost_center_id"), month
            )
        }
        steps = {row["cost_center_id"]: int(row["step"]) for row in self.seed("service_order")}
        method = self.setting("service_allocation_method", DEFAULT_SERVICE_METHOD)
        return service_weights(method, self.center_kinds, usages, steps, center)

    @cached_property
    def service_edges(self) -> list[Edge]:
        """Return the edges from service centres to operating ones and the company."""
        edges = []
        for pool, amount in self.center_pools.items():
            if self.center_kinds[pool.owner] == "service":
                weights = self.service_weights(pool.owner, pool.kind.month)
                edges += spread(
                    "service_to_operating", pool, amount, weights, nobody("no_service_allocation")
                )
        return edges

    @cached_property
    def center_edges(self) -> list[Edge]:
        """Return the edges from operating centres to their activities."""
        pools: defaultdict[Pool, Fraction] = defaultdict(Fraction)
        for pool, amount in self.center_pools.items():
            if self.center_kinds[pool.owner] == "operating":
                pools[pool] += amount
        for edge in self.service_edges:
            if edge.receiver[0] == "cost_center":
                pools[Pool(edge.receiver[1], edge.pool.kind)] += edge.amount
        edges = []
        for pool, amount in filled(pools).items():
            shares = {
                ("activity", row["activity_id"]): number(row, "resource_share")
                for row in self.activities(pool.kind.month)
                if row["cost_center_id"] == pool.owner
            }
            edges += spread(
                "cost_center_to_activity", pool, amount, shares, nobody("no_activity")
            )
        return edges

    @cached_property
    def neutral_edges(self) -> list[Edge]:
        """Return the edges from neutral to induced activities of the same cost centre."""
        edges = []
        for pool, amount in received(self.center_edges, "activity").items():
            activities = {row["activity_id"]: row for row in self.activities(pool.kind.month)}
            own = activities[pool.owner]
            if own["behaviour"] == "neutral":
                shares = {
                    ("activity", row["activity_id"]): number(row, "resource_share")
                    for row in activities.values()
                    if row["behaviour"] == "induced"
                    and row["cost_center_id"] == own["cost_center_id"]
                }
                edges += spread(
                    "neutral_to_induced", pool, amount, shares, COMPANY, "no_induced_activity"
                )
        return edges

    @cached_property
    def activity_edges(self) -> list[Edge]:
        """Return the edges from induced activities to main processes."""
        pools: defaultdict[Pool, Fraction] = defaultdict(Fraction)
        for pool, amount in received(self.center_edges, "activity").items():
            behaviours = {
                row["activity_id"]: row["behaviour"] for row in self.activities(pool.kind.month)
            }
            if behaviours[pool.owner] == "induced":
                pools[pool] += amount
        for pool, amount in received(self.neutral_edges, "activity").items():
            pools[pool] += amount
        edges = []
        for pool, amount in filled(pools).items():
            shares = {
                ("process", row["process_id"]): number(row, "share")
                for row in self.dated(
                    "activity_processes", ("activity_id", "process_id"), pool.kind.month
                )
                if row["activity_id"] == pool.owner and number(row, "share")
            }
            edges += spread("activity_to_process", pool, amount, shares, nobody("no_process"))
        return edges

    # ---- processes --------------------------------------------------------------------------

    @cached_property
    def processes(self) -> dict[str, Row]:
        """Return the main processes by id."""
        return {row["process_id"]: row for row in self.seed("processes")}

    def capacity(self, process_id: str, month: date) -> Row:
        """Return the declared capacity of a process in a month; empty where there is none."""
        rows = self.dated("process_capacities", ("process_id",), month)
        return next((row for row in rows if row["process_id"] == process_id), {})

    @cached_property
    def process_pools(self) -> Pools:
        """Return the cost of each process."""
        return filled(received(self.activity_edges, "process"))

    @cached_property
    def quantities(self) -> dict[tuple[str, date], dict[Object, Fraction]]:
        """Return driver quantities by process and month, summed per receiver, zeros too."""
        found: defaultdict[tuple[str, date], defaultdict[Object, Fraction]] = defaultdict(
            lambda: defaultdict(Fraction)
        )
        for work in self.work:
            for process_id, row in self.processes.items():
                if row["driver_id"] == work.driver_id:
                    receiver = self._receiver(work, row["object_level"])
                    found[process_id, work.month][receiver] += work.quantity
        return {key: dict(receivers) for key, receivers in found.items()}

    def _receiver(self, work: Work, level: str) -> Object:
        """Return the finest object of a level that some work names."""
        if level in ("product", "order"):
            if work.order_id:
                return self.object_of_order(work.order_id)
        elif work.order_id in self.orders:
            owner = self.order_owner(work.order_id)
            return self._segment(owner, work.month) if level == "segment" else owner
        if work.customer_id in self.customers:
            owner = ("customer", work.customer_id)
            return self._segment(owner, work.month) if level == "segment" else owner
        if work.order_id:
            return nobody("unknown_order")
        if work.customer_id:
            return nobody("unknown_customer")
        if work.product_id and level == "product":
            known = work.product_id in self.products
            return ("product", work.product_id) if known else nobody("unknown_product")
        return nobody("no_owner")

    def _segment(self, owner: Object, month: date) -> Object:
        if owner[0] == "order":
            return nobody("unknown_segment")
        return self.segment_of(owner[1], month) if owner[0] == "customer" else owner

    def _is_standard(self, process_id: str, month: date) -> bool:
        """Return whether a process charges at a standard in a month."""
        process, capacity = self.processes[process_id], self.capacity(process_id, month)
        return (
            process.get("charging_rate_basis") == "standard"
            and number(capacity, "standard_cost_rate") > 0
            and number(capacity, "practical_capacity_quantity") > 0
            and (process["driver_id"], month) in self.fed
        )

    @cached_property
    def charging_pools(self) -> Pools:
        """Return the pools that may charge: those with cost, and standards without any cost."""
        pools = dict(self.process_pools)
        with_cost = {(pool.owner, pool.kind.month) for pool in pools}
        for process_id in self.processes:
            for month in self.ledger_months:
                if (process_id, month) not in with_cost and self._is_standard(process_id, month):
                    pools[Pool(process_id, Kind(month, "other", True))] = ZERO
        return pools

    def _standard_part(self, pool: Pool, quantity: Fraction) -> Fraction:
        """Return the part of a pool in standard rate x some quantity, by the size of the pools."""
        month = pool.kind.month
        rate = number(self.capacity(pool.owner, month), "standard_cost_rate")
        sizes: dict[Object, Fraction] = {
            ("pool", text(other.kind)): abs(amount)
            for other, amount in self.charging_pools.items()
            if (other.owner, other.kind.month) == (pool.owner, month)
        }
        if not any(sizes.values()):
            sizes = dict.fromkeys(sizes, Fraction(1))
        return share_out(rounded(rate * quantity), sizes)["pool", text(pool.kind)]

    @cached_property
    def process_edges(self) -> list[Edge]:
        """Return the edges from main processes to objects, capacity, company and nobody."""
        edges = []
        for pool, amount in self.charging_pools.items():
            edges += self._charge(pool, amount)
        return edges

    def _charge(self, pool: Pool, amount: Fraction) -> list[Edge]:
        process = self.processes[pool.owner]
        month = pool.kind.month
        capacity = number(self.capacity(pool.owner, month), "practical_capacity_quantity")
        counted = self.quantities.get((pool.owner, month), {})
        chargeable, charged = amount, None
        if self._is_standard(pool.owner, month):
            chargeable = self._standard_part(pool, capacity)
            charged = self._standard_part(pool, sum(counted.values(), ZERO))
        is_actual = process.get("charging_rate_basis") == "actual"
        is_fed = (process["driver_id"], month) in self.fed
        found = charge(chargeable, is_actual, capacity, is_fed, counted, charged)
        if amount != chargeable:
            found.append((COMPANY, amount - chargeable, "spending"))
        return [
            Edge("process_to_object", pool, receiver, part, reason)
            for receiver, part, reason in found
            if part
        ]

    @cached_property
    def product_edges(self) -> list[Edge]:
        """Return the edges from products to who bought them, each process's cost alone."""
        pools: defaultdict[Pool, Fraction] = defaultdict(Fraction)
        for edge in self.process_edges:
            if edge.receiver[0] == "product":
                pools[Pool(edge.receiver[1], edge.pool.kind, edge.pool.owner)] += edge.amount
        edges = []
        for pool, amount in filled(pools).items():
            sold: defaultdict[Object, Fraction] = defaultdict(Fraction)
            for line in self.lines:
                is_in = (line.product_id, line.month) == (pool.owner, pool.kind.month)
                if is_in and not line.is_return:
                    sold[line.owner] += line.quantity
            weights = {owner: quantity for owner, quantity in sold.items() if quantity}
            keeper = ("product", pool.owner)
            edges += spread("product_to_owner", pool, amount, weights, keeper, "no_sales")
        return edges

    @cached_property
    def edges(self) -> list[Edge]:
        """Return the edges of all stages."""
        return [
            *self.service_edges,
            *self.center_edges,
            *self.neutral_edges,
            *self.activity_edges,
            *self.process_edges,
            *self.product_edges,
        ]
