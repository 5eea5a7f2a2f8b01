"""A company as rows of text: what it delivers and what it assumes.

What belongs here: the rows, reading and writing them as CSV, and the few conversions that every
reader of them needs. Nothing here knows what a row means.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path

Row = dict[str, str]
Tables = dict[str, list[Row]]

REQUIRED_EXTRACTS = {
    "customers": "customer_id,customer_name,country_code,currency_code,acquired_on",
    "customer_tags": "source_system,customer_id,tag_scheme,tag_value,valid_from,valid_to",
    "products": "product_id,product_name,product_category",
    "product_costs": "product_id,valid_from,standard_material_cost,standard_production_cost",
    "orders": "order_id,customer_id,ordered_on,currency_code",
    "order_lines": "order_id,line_number,product_id,quantity,gross_amount,discount_amount,"
    "tax_amount",
    "invoices": "invoice_id,customer_id,kind,issued_on,due_on,amount,tax_amount,currency_code",
    "payments": "payment_id,customer_id,paid_on,amount,currency_code",
    "ledger_accounts": "account_id,account_name,account_type,is_cash",
    "ledger_entries": "entry_id,line_number,posted_on,account_id,amount",
    "cost_centers": "cost_center_id,cost_center_name,kind",
    "activity_events": "event_id,driver_id,occurred_on,quantity",
}


@dataclass(slots=True, repr=False)
class Company:
    """One company; a column that a row leaves out is empty."""

    name: str
    extracts: Tables = field(default_factory=dict)
    seeds: Tables = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return how large the company is; what it holds is written where a test says so."""
        counts = ", ".join(
            f"{len(rows)} {table}"
            for table, rows in (self.extracts | self.seeds).items()
            if table in ("orders", "order_lines", "ledger_entries", "activity_events", "processes")
        )
        return f"<company {self.name}: {counts}>"

    def write(self, folder: Path) -> None:
        """Write ``extracts`` and ``seeds`` as CSV files into a folder."""
        for table, header in REQUIRED_EXTRACTS.items():
            if not self.extracts.get(table):
                path = folder / "extracts" / f"{table}.csv"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(header + "\n", "utf-8")
        for kind, tables in (("extracts", self.extracts), ("seeds", self.seeds)):
            for table, rows in tables.items():
                if rows:
                    write_rows(folder / kind / f"{table}.csv", rows)


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write rows as CSV with every column that any of them has."""
    rows = list(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def read_company(name: str, folder: Path) -> Company:
    """Read a company from a folder with ``extracts`` and ``seeds``."""
    company = Company(name)
    for kind, tables in (("extracts", company.extracts), ("seeds", company.seeds)):
        for path in sorted((folder / kind).glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as stream:
                tables[path.stem] = list(csv.DictReader(stream))
    return company


def number(row: Row, column: str) -> Fraction:
    """Return an exact number; zero where there is none."""
    return Fraction(row.get(column) or 0)


def day(row: Row, column: str) -> date | None:
    """Return a date, None where there is none."""
    text = row.get(column) or ""
    return date.fromisoformat(text[:10]) if text else None


def needed_day(row: Row, column: str) -> date:
    """Return a date that every row of the table has."""
    found = day(row, column)
    if found is None:
        raise ValueError(f"{column} is empty in {row}")
    return found


def month_of(value: date) -> date:
    """Return the first day of the month of a date."""
    return value.replace(day=1)


def next_month(month: date) -> date:
    """Return the first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_between(first: date, last: date) -> list[date]:
    """Return the months from one to another, both included."""
    months = []
    month = month_of(first)
    while month <= last:
        months.append(month)
        month = next_month(month)
    return months


def is_true(row: Row, column: str, default: bool) -> bool:
    """Return a boolean; the default where it is empty."""
    text = (row.get(column) or "").lower()
    return text == "true" if text else default
