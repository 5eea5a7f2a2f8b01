"""Small companies at random: everything that the method knows, in combinations nobody thought of.

`assuming.py` makes the assumptions, this module what is delivered.
"""

from datetime import date, timedelta

from tests.oracle.assuming import (
    COMPANY_CENTER,
    CURRENCIES,
    CUSTOMERS,
    EVENT_DRIVERS,
    OPERATING,
    PRODUCTS,
    SEGMENTS,
    SERVICES,
    Assumptions,
)
from tests.oracle.choices import Choices, Dice
from tests.oracle.company import Company, Row
from tests.oracle.features import FEATURES
from tests.oracle.time import be_late, merges

FIRST, LAST = date(2023, 12, 30), date(2024, 3, 31)
ORDER_IDS = tuple(f"{'oO'[number % 2]}{number:02d}" for number in range(1, 21))
UNKNOWN = "ghost"


def generate(choices: Choices, name: str = "oracle") -> Company:
    """Return a company."""
    return _Generator(Dice(choices), name).company()


class _Generator:
    def __init__(self, dice: Dice, name: str) -> None:
        self._dice = dice
        self._assumptions = Assumptions(dice)
        self._company = Company(name, {}, self._assumptions.seeds)
        self._orders = ORDER_IDS[: dice.integer(1, len(ORDER_IDS))]
        self._invoices: list[str] = []

    def company(self) -> Company:
        """Return the company with all its tables."""
        extracts = self._company.extracts
        extracts["cost_centers"] = [
            {"cost_center_id": center, "cost_center_name": center, "kind": kind}
            for kind, centers in (
                ("operating", OPERATING),
                ("service", SERVICES),
                ("company", (COMPANY_CENTER,)),
            )
            for center in centers
        ]
        extracts["fx_rates"] = self._rates()
        extracts["customers"] = [
            {
                "customer_id": customer_id,
                "customer_name": f"Name of {customer_id}",
                "country_code": "DE",
                "currency_code": "EUR",
                "acquired_on": self._day(FIRST - timedelta(40), LAST),
            }
            for customer_id in CUSTOMERS
        ]
        extracts["customer_tags"] = self._tags()
        extracts["products"] = [
            {"product_id": product, "product_name": product, "product_category": "goods"}
            for product in PRODUCTS
        ]
        extracts["product_costs"] = self._product_costs()
        extracts["orders"] = [self._order(order_id) for order_id in self._orders]
        extracts["order_lines"] = self._order_lines()
        extracts["order_costs"] = self._order_costs()
        extracts["invoices"] = self._invoice_rows()
        extracts["payments"] = self._payments()
        extracts["payment_allocations"] = self._allocations()
        extracts["ledger_accounts"] = [
            {"account_id": "1000", "account_name": "Bank", "is_cash": "true"}
            | {"account_type": "asset"},
            *self._assumptions.accounts,
        ]
        extracts["ledger_entries"] = self._entries()
        extracts["activity_events"] = self._events()
        extracts["event_options"] = self._options()
        if "merges" in FEATURES:
            extracts["customer_merges"] = merges(self._dice, FIRST, LAST)
        if "late" in FEATURES:
            be_late(self._dice, self._company)
        return self._company

    # ---- little helpers -----------------------------------------------------------------

    def _day(self, first: date = FIRST, last: date = LAST) -> str:
        return (first + timedelta(self._dice.integer(0, (last - first).days))).isoformat()

    def _customer(self, unknown: int = 5, nobody: int = 10) -> str:
        if self._dice.chance(unknown):
            return UNKNOWN
        return "" if self._dice.chance(nobody) else self._dice.pick(CUSTOMERS)

    def _product(self, unknown: int = 5, none: int = 5) -> str:
        if self._dice.chance(unknown):
            return UNKNOWN
        return "" if self._dice.chance(none) else self._dice.pick(PRODUCTS)

    def _order_id(self, unknown: int = 5) -> str:
        return UNKNOWN if self._dice.chance(unknown) else self._dice.pick(self._orders)

    # ---- master data --------------------------------------------------------------------

    def _rates(self) -> list[Row]:
        found = []
        for currency in CURRENCIES[1:]:
            on = FIRST - timedelta(5)
            while on <= LAST:
                rate = self._dice.pick(("0.5", "0.005", "1.0850", "0.123456789012", "2"))
                for kind in ("closing", "average"):
                    value = rate if kind == "closing" else "7"
                    found.append(
                        {
                            "currency_code": currency,
                            "rate_on": on.isoformat(),
                            "rate_type": kind,
                            "rate": value,
                        }
                    )
                on += timedelta(self._dice.integer(3, 7))
        return found

    def _tags(self) -> list[Row]:
        found: dict[tuple[str, ...], Row] = {}
        for customer_id in CUSTOMERS:
            for _ in range(self._dice.integer(0, 2)):
                scheme, value = self._dice.pick(SEGMENTS).split(":")
                source = self._dice.pick(("crm", "shop"))
                since = self._dice.pick(("2023-01-01", "2024-01-31", "2024-02-01", "2024-03-15"))
                until = self._dice.pick(("", "", "2024-02-29", "2024-03-01"))
                if until and until <= since:
                    until = ""
                found[source, customer_id, scheme, since] = {
                    "source_system": source,
                    "customer_id": customer_id,
                    "tag_scheme": scheme,
                    "tag_value": value,
                    "valid_from": since,
                    "valid_to": until,
                }
        return list(found.values())

    def _product_costs(self) -> list[Row]:
        found = []
        for product in PRODUCTS:
            starts = self._dice.pick(
                (
                    ("2023-01-01",),
                    ("2023-01-01", "2024-02-01"),
                    ("2023-01-01", "2024-01-17"),
                    ("2024-02-10",),
                    (),
                )
            )
            for since in starts:
                row = {"product_id": product, "valid_from": since}
                for component in ("material", "production", "distribution"):
                    places = self._dice.pick((2, 3, 6))
                    cost = self._dice.number(0, 20 * 10**places, places)
                    row[f"standard_{component}_cost"] = cost
                found.append(row)
        return found

    # ---- documents ----------------------------------------------------------------------

    def _order(self, order_id: str) -> Row:
        ordered = self._day(FIRST, LAST - timedelta(5))
        shipped = ""
        if self._dice.chance(50):
            shipped = self._day(date.fromisoformat(ordered), LAST)
        return {
            "order_id": order_id,
            "customer_id": self._customer(),
            "ordered_on": ordered,
            "shipped_on": shipped,
            "currency_code": self._dice.weighted(((6, "EUR"), (2, "USD"), (2, "CHF"))),
        }

    def _order_lines(self) -> list[Row]:
        found = []
        for order_id in (*self._orders, UNKNOWN):
            least = 0 if order_id == UNKNOWN or self._dice.chance(5) else 1
            for line in range(self._dice.integer(least, 3 if order_id != UNKNOWN else 1)):
                found.append(self._order_line(order_id, line + 1))
        return found

    def _order_line(self, order_id: str, line_number: int) -> Row:
        dice = self._dice
        is_return = dice.chance(20)
        sign = "-" if is_return else ""
        places = dice.pick((0, 0, 2, 4))
        quantity = dice.number(1, 9 * 10**places, places)
        gross = dice.cents(1_000_000)
        row = {
            "order_id": order_id,
            "line_number": str(line_number),
            "product_id": self._product(),
            "quantity": "0" if dice.chance(3) else sign + quantity,
            "gross_amount": sign + gross,
            "discount_amount": sign + dice.number(0, 300, 2) if dice.chance(50) else "0.00",
            "tax_amount": "0.00",
            "recognised_on": self._day() if dice.chance(20) else "",
            "customization_cost_amount": dice.cents() if dice.chance(20) else "",
        }
        if is_return and dice.chance(70):
            row["returned_order_id"] = self._order_id(10)
            row["returned_line_number"] = "1"
        if is_return and dice.chance(60):
            row["restocked_quantity"] = dice.pick(("0", "1", quantity, "100", "0.5"))
        return row

    def _order_costs(self) -> list[Row]:
        return [
            {
                "order_id": "" if self._dice.chance(5) else self._order_id(),
                "line_number": str(number),
                "cost_type": self._dice.pick(("freight", "packaging", "tender")),
                "incurred_on": self._day(),
                "amount": self._dice.signed(5_000, 10),
                "currency_code": self._dice.pick(CURRENCIES),
            }
            for number in range(1, self._dice.integer(0, 12) + 1)
        ]

    def _invoice_rows(self) -> list[Row]:
        found = []
        for number in range(self._dice.integer(0, 8)):
            invoice_id = f"I{number}"
            self._invoices.append(invoice_id)
            issued = self._day()
            amount = self._dice.integer(1, 30_000)
            found.append(
                {
                    "invoice_id": invoice_id,
                    "customer_id": self._customer(),
                    "order_id": self._dice.pick(("", self._order_id())),
                    "kind": "credit_note" if self._dice.chance(20) else "invoice",
                    "issued_on": issued,
                    "due_on": issued,
                    "amount": f"{amount / 100:.2f}",
                    "tax_amount": f"{amount * self._dice.pick((0, 7, 19)) // 119 / 100:.2f}",
                    "currency_code": self._dice.weighted(((3, "EUR"), (1, "USD"))),
                }
            )
        return found

    def _payments(self) -> list[Row]:
        return [
            {
                "payment_id": f"Z{number}",
                "customer_id": self._customer(),
                "paid_on": self._day(),
                "amount": self._dice.cents(),
                "cash_discount_amount": self._dice.signed(3_000) if self._dice.chance(60) else "",
                "invoice_id": self._dice.pick(("", UNKNOWN, *self._invoices)),
                "currency_code": self._dice.weighted(((3, "EUR"), (1, "USD"))),
            }
            for number in range(self._dice.integer(0, 8))
        ]

    def _allocations(self) -> list[Row]:
        found: dict[tuple[str, str], Row] = {}
        if self._invoices:
            for _ in range(self._dice.integer(0, 5)):
                payment = f"Z{self._dice.integer(0, 8)}"
                invoice = self._dice.pick(self._invoices)
                found[payment, invoice] = {
                    "payment_id": payment,
                    "invoice_id": invoice,
                    "applied_on": "2024-02-01",
                    "amount": "1.00",
                }
        return list(found.values())

    # ---- the ledger ---------------------------------------------------------------------

    def _entries(self) -> list[Row]:
        found = []
        for number in range(self._dice.integer(3, 60)):
            entry_id = f"E{number}"
            posted = self._day()
            row = self._entry_line(posted)
            row |= {"entry_id": entry_id, "line_number": "1"}
            counter = {
                "entry_id": entry_id,
                "line_number": "2",
                "posted_on": posted,
                "account_id": "1000",
                "amount": row["amount"][1:] if row["amount"][0] == "-" else f"-{row['amount']}",
            }
            found += [row, counter]
        return found

    def _entry_line(self, posted: str) -> Row:
        dice = self._dice
        account = dice.pick(self._assumptions.accounts)["account_id"]
        row = {
            "posted_on": posted,
            "account_id": account,
            "amount": dice.signed(1_000_000, 80 if account.startswith("4") else 20),
        }
        if account.startswith("60"):
            center = dice.weighted(
                (
                    (4, dice.pick(OPERATING)),
                    (3, dice.pick(SERVICES)),
                    (1, COMPANY_CENTER),
                    (1, ""),
                    (1, UNKNOWN),
                )
            )
            return row | {"cost_center_id": center}
        if dice.chance(50):
            row["order_id"] = self._order_id()
        if dice.chance(30):
            row["customer_id"] = self._customer(10, 0)
        if dice.chance(40):
            row["product_id"] = self._product(10, 0)
        if dice.chance(30):
            row["segment_id"] = dice.pick((*SEGMENTS, "size:ghost"))
        if dice.chance(40):
            row["cost_center_id"] = dice.pick((*OPERATING, *SERVICES, COMPANY_CENTER, UNKNOWN))
        return row

    # ---- events -------------------------------------------------------------------------

    def _events(self) -> list[Row]:
        dice = self._dice
        found = []
        for number in range(dice.integer(0, 40)):
            places = dice.pick((0, 0, 1, 4))
            negative = "-" if dice.chance(5) else ""
            row = {
                "event_id": f"V{number}",
                "driver_id": dice.pick(EVENT_DRIVERS),
                "occurred_on": self._day(),
                "quantity": negative + dice.number(0, 6 * 10**places, places),
            }
            if dice.chance(40):
                row["order_id"] = self._order_id()
            if dice.chance(50):
                row["customer_id"] = self._customer(8, 0)
            if dice.chance(50):
                row["product_id"] = self._product(8, 0)
            found.append(row)
        return found

    def _options(self) -> list[Row]:
        return [
            {
                "event_id": row["event_id"],
                "option_id": self._dice.pick(("express", "foreign")),
                "quantity": self._dice.number(1, 50_000, 4),
            }
            for row in self._company.extracts["activity_events"]
            if row["driver_id"] == "timed" and self._dice.chance(50)
        ]
