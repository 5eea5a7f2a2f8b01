"""The assumptions of a generated company: accounts, activities, processes, drivers and the rest."""

from datetime import date

from tests.oracle.choices import Dice
from tests.oracle.company import Row, Tables
from tests.oracle.features import FEATURES

CURRENCIES = ("EUR", "USD", "CHF")
# In UTF-8 byte order: 10, B1, Z, a, b1, é - no order that a key or an alphabet would give.
CUSTOMERS = ("a", "Z", "é", "b1", "B1", "10")
PRODUCTS = ("chair", "Chair2", "table", "ünit", "9")
OPERATING = ("OP1", "OP2")
SERVICES = ("SV1", "SV2", "SV3")
COMPANY_CENTER = "BOARD"
SEGMENTS = ("size:large", "size:small", "region:n", "region:s")
MONTHS = (date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1))
EVENT_DRIVERS = ("visits", "calls", "timed")
DERIVED = (
    "order_count",
    "order_line_count",
    "invoice_count",
    "return_line_count",
    "sold_quantity",
    "new_customer_count",
    "active_customer_count",
    "payment_count",
)
LEVELS = ("order", "customer", "product", "segment")
START = "2023-01-01"
CHANGE = "2024-02-01"
# account, component or line, share of the companies in per cent that have it
CONTROLLED = (
    ("4000", "gross_sales", 90),
    ("4100", "discount", 50),
    ("4200", "return", 30),
    ("4300", "cash_discount", 40),
    ("4400", "rebate", 20),
    ("5000", "standard_material", 90),
    ("5100", "standard_production", 60),
    ("5200", "standard_distribution", 40),
    ("5300", "customization", 40),
    ("5400", "restocked_goods", 30),
    ("5500", "order_cost:freight", 70),
    ("5600", "order_cost:packaging", 40),
)
DIRECT = (
    ("6200", "direct_customer_cost", ""),
    ("6210", "direct_customer_cost", "customer"),
    ("6220", "direct_product_cost", "product"),
    ("6230", "segment_cost", ""),
    ("6240", "direct_order_cost", "order"),
    ("6250", "direct_customer_cost", "segment"),
    ("6260", "company_cost", "company"),
    ("6270", "rebate", "customer"),
)
POOLS = (("6000", "personnel", "true"), ("6010", "depreciation", "false"), ("6020", "other", ""))
OWN = (("7000", "financial_result"), ("7100", ""), ("7200", "income_tax"))


class Assumptions:
    """The seeds of a company, and the accounts that they classify."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self.accounts: list[Row] = []
        self._classified: list[Row] = []
        self._classify()
        self._activities: list[Row] = []
        for center in OPERATING:
            self._add_activities(center)
        processes = self._processes()
        self.seeds: Tables = {
            "company_settings": self._settings(),
            "account_classification": self._classified,
            "service_allocations": self._services(),
            "service_order": [
                {"cost_center_id": center, "step": str(step)}
                for step, center in enumerate(SERVICES, 1)
            ],
            "activities": self._activities,
            "processes": processes,
            "activity_processes": self._shares(processes),
            "process_capacities": self._capacities(processes),
            "derived_drivers": [{"driver_id": x, "derived_from": x} for x in DERIVED],
            "time_equations": self._equations(),
            "imputed_costs": self._imputed(),
            "tag_schemes": [
                {"tag_scheme": name, "is_required": required, "is_exclusive": "true"}
                | {"description": name}
                for name, required in (("size", "true"), ("region", "false"))
            ],
            "tag_values": [
                dict(zip(("tag_scheme", "tag_value"), segment.split(":"), strict=True))
                | {"label": segment, "sort_order": "1"}
                for segment in SEGMENTS
            ],
            "tag_source_priority": self._priorities(),
        }

    def _settings(self) -> list[Row]:
        settings = {"functional_currency": "EUR"}
        if self._dice.chance(20):
            settings["segment_process_scheme"] = "region"
        if "service_methods" in FEATURES:
            method = self._dice.pick(("", "reciprocal", "step_down", "direct"))
            settings["service_allocation_method"] = method
        return [{"setting": name, "value": value} for name, value in settings.items()]

    def _classify(self) -> None:
        for account, component, percent in CONTROLLED:
            if self._dice.chance(percent):
                kind = "revenue" if account < "5" else "expense"
                self._account(account, kind, {"control_component": component}, "controlled")
        for account, line, level in DIRECT:
            if self._dice.chance(60):
                row = {"statement_line_id": line, "object_level": level}
                if self._dice.chance(50):
                    row |= {"cost_category": "marketing", "is_cash_effective": "false"}
                self._account(account, "expense", row, "direct")
        for account, category, is_cash in POOLS:
            row = {"cost_category": category, "is_cash_effective": is_cash}
            self._account(account, "expense", row, "pool")
        for account, line in OWN:
            if self._dice.chance(40):
                self._account(account, "expense", {"statement_line_id": line}, "company")

    def _account(self, account: str, kind: str, row: Row, nature: str) -> None:
        self._classified.append({"account_id": account, "cost_nature": nature} | row)
        self.accounts.append(
            {
                "account_id": account,
                "account_name": f"Account {account}",
                "account_type": kind,
                "is_cash": "false",
            }
        )

    def _split(self, parts: int) -> list[str]:
        """Return shares of twelve decimals that sum to one."""
        cuts = [self._dice.integer(1, 6) for _ in range(parts)]
        units = [10**12 * cut // sum(cuts) for cut in cuts]
        units[-1] += 10**12 - sum(units)
        return [f"{unit // 10**12}.{unit % 10**12:012d}" for unit in units]

    def _services(self) -> list[Row]:
        found: list[Row] = []
        for giver in SERVICES:
            for taker in (*SERVICES, *OPERATING, COMPANY_CENTER):
                if self._dice.chance(40):
                    row = {"from_cost_center_id": giver, "to_cost_center_id": taker}
                    quantity = self._dice.number(1, 90_000, self._dice.pick((0, 4)))
                    found.append(row | {"usage_quantity": quantity, "valid_from": START})
                    if self._dice.chance(20):
                        quantity = self._dice.pick(("0", "3"))
                        found.append(row | {"usage_quantity": quantity, "valid_from": CHANGE})
        return self._without_traps(found)

    def _without_traps(self, rows: list[Row]) -> list[Row]:
        """Give each service centre with usage a way out: a closed loop is an error, not a cent."""
        if "service_methods" in FEATURES:
            for giver in {row["from_cost_center_id"] for row in rows}:
                key = {"from_cost_center_id": giver, "to_cost_center_id": OPERATING[0]}
                rows = [row for row in rows if not key.items() <= row.items()]
                quantity = self._dice.number(1, 50, 0)
                rows.append(key | {"usage_quantity": quantity, "valid_from": START})
        return rows

    def _add_activities(self, center: str) -> None:
        count = self._dice.weighted(((3, 2), (3, 1), (2, 3), (1, 0)))
        names = [f"{center}-act{number}" for number in range(count)]
        behaviours = [self._dice.weighted(((3, "induced"), (1, "neutral"))) for _ in names]
        for since in (START, CHANGE) if self._dice.chance(30) else (START,):
            for name, behaviour, share in zip(
                names, behaviours, self._split(count) if count else [], strict=True
            ):
                self._activities.append(
                    {
                        "activity_id": name,
                        "activity_name": name,
                        "cost_center_id": center,
                        "behaviour": behaviour,
                        "resource_share": share,
                        "valid_from": since,
                    }
                )

    def _processes(self) -> list[Row]:
        found = []
        for number in range(self._dice.integer(1, 5)):
            level = self._dice.pick(LEVELS)
            driver = self._dice.weighted(
                ((6, self._dice.pick(EVENT_DRIVERS)), (5, self._dice.pick(DERIVED)), (1, "idle"))
            )
            found.append(
                {
                    "process_id": f"P{number}",
                    "process_name": f"Process {number}",
                    "object_level": level,
                    "driver_id": driver,
                    "charging_rate_basis": self._dice.pick(("", "capacity", "actual", "standard")),
                    "unused_capacity_object": self._dice.weighted(
                        (
                            (4, ""),
                            (1, "company"),
                            (1, f"customer:{CUSTOMERS[0]}"),
                            (1, f"product:{PRODUCTS[0]}"),
                            (1, f"segment:{SEGMENTS[0]}"),
                            (1, "order:O01"),
                        )
                    ),
                }
            )
        return found

    def _shares(self, processes: list[Row]) -> list[Row]:
        found = []
        induced = {
            row["activity_id"] for row in self._activities if row["behaviour"] == "induced"
        }
        for activity in sorted(induced):
            count = self._dice.weighted(((4, 1), (3, 2), (1, 0)))
            chosen = sorted({self._dice.pick(processes)["process_id"] for _ in range(count)})
            for since in (START, CHANGE) if self._dice.chance(20) else (START,):
                shares = self._split(len(chosen)) if chosen else []
                for process, share in zip(chosen, shares, strict=True):
                    found.append(
                        {
                            "activity_id": activity,
                            "process_id": process,
                            "share": share,
                            "valid_from": since,
                        }
                    )
        return found

    def _capacities(self, processes: list[Row]) -> list[Row]:
        found = []
        for process in processes:
            standard = process["charging_rate_basis"] == "standard"
            if not standard and self._dice.chance(15):
                continue
            starts = self._dice.pick(((START,), (START, CHANGE), (CHANGE,)))
            for since in starts:
                capacity = self._dice.weighted(
                    ((5, self._dice.number(1, 400_000, 4)), (3, "7"), (1, "0"), (1, "3000000"))
                )
                rate = self._dice.number(1, 50 * 10**8, 8) if standard else ""
                found.append(
                    {
                        "process_id": process["process_id"],
                        "valid_from": since,
                        "practical_capacity_quantity": capacity,
                        "standard_cost_rate": rate,
                    }
                )
        return found

    def _equations(self) -> list[Row]:
        found = []
        for option in ("base", "express", "foreign"):
            if option != "base" or self._dice.chance(80):
                minutes = self._dice.number(0, 300_000, 4)
                found.append({"driver_id": "timed", "option_id": option, "minutes": minutes})
        return found

    def _imputed(self) -> list[Row]:
        found = []
        for number in range(self._dice.integer(0, 3)):
            center = self._dice.pick((*OPERATING, SERVICES[0], COMPANY_CENTER, "", "ghost"))
            for since, amount in ((START, self._dice.cents()), (CHANGE, self._dice.cents())):
                if since == START or self._dice.chance(40):
                    found.append(
                        {
                            "cost_id": f"imputed{number}",
                            "valid_from": since,
                            "monthly_amount": "0" if self._dice.chance(10) else amount,
                            "cost_center_id": center,
                            "cost_category": self._dice.pick(("imputed", "personnel")),
                        }
                    )
        return found

    def _priorities(self) -> list[Row]:
        if self._dice.chance(40):
            return []
        return [
            {"tag_scheme": "size", "source_system": "shop", "priority": "1"},
            {"tag_scheme": "size", "source_system": "crm", "priority": "2"},
        ]
