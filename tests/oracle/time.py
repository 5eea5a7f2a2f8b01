"""What time does to a generated company: mergers, months that close, rows that come late."""

from datetime import date, timedelta

from tests.oracle.assuming import CUSTOMERS, MONTHS
from tests.oracle.choices import Dice
from tests.oracle.company import Company, Row

DATED = {
    "orders": "ordered_on",
    "order_costs": "incurred_on",
    "invoices": "issued_on",
    "payments": "paid_on",
    "ledger_entries": "posted_on",
    "activity_events": "occurred_on",
}


def merges(dice: Dice, first: date, last: date) -> list[Row]:
    """Return mergers of customers, chains among them, in one direction so that none is a ring."""
    found: dict[str, Row] = {}
    for _ in range(dice.integer(0, 3)):
        merged, surviving = sorted((dice.pick(CUSTOMERS), dice.pick(CUSTOMERS)))
        if merged != surviving:
            merged_on = first + timedelta(dice.integer(0, (last - first).days))
            found[merged] = {
                "merged_customer_id": merged,
                "surviving_customer_id": surviving,
                "merged_on": merged_on.isoformat(),
            }
    return list(found.values())


def be_late(dice: Dice, company: Company) -> None:
    """Close some months, open some again, and let some rows be recorded late."""
    for month in MONTHS:
        if dice.chance(60):
            closed = month + timedelta(dice.integer(32, 50))
            row = {"by": "A", "approved_by": "B", "month": month.isoformat()}
            closings = company.seeds.setdefault("closed_months", [])
            closings.append(row | {"closed_on": closed.isoformat()})
            if dice.chance(30):
                reopened = closed + timedelta(dice.integer(0, 5))
                openings = company.seeds.setdefault("reopened_months", [])
                openings.append(row | {"reopened_on": reopened.isoformat(), "reason": "late"})
    for table, column in DATED.items():
        recorded: dict[str, str] = {}
        for number, row in enumerate(company.extracts[table]):
            # The lines of an entry are recorded together, or it would not balance by month.
            key = row.get("entry_id") or str(number)
            if key not in recorded:
                on = date.fromisoformat(row[column]) + timedelta(dice.integer(0, 70))
                recorded[key] = f"{on} 12:00:00" if dice.chance(40) else ""
            row["recorded_at"] = recorded[key]
    orders = {row["order_id"]: row for row in company.extracts["orders"]}
    for row in company.extracts["order_lines"]:
        order = orders.get(row["order_id"], {})
        row["recorded_at"] = order.get("recorded_at", "")
        if order and dice.chance(30):
            on = date.fromisoformat(order["ordered_on"]) + timedelta(dice.integer(0, 70))
            row["recorded_at"] = f"{on} 12:00:00"
