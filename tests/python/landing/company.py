"""A company of a few rows for the landing tests: everything required, all of it good."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from orchestration.landing.land import LandingResult, LandingRules, land

PROJECT_ROOT = Path(__file__).parents[3]
RULES = LandingRules(functional_currency="EUR")
LENIENT = LandingRules(functional_currency="EUR", rejected_row_limit_pct=Decimal(100))

GOOD = {
    "customers": [
        "customer_id,customer_name,email,country_code,currency_code,acquired_on",
        "C1,Ada Lovelace,ada@example.org,GB,EUR,2024-01-02",
        "C2,Grace Hopper,,US,USD,2024-01-03",
    ],
    "customer_tags": [
        "source_system,customer_id,tag_scheme,tag_value,valid_from",
        "crm,C1,size,large,2024-01-01",
    ],
    "products": ["product_id,product_name,product_category", "P1,Kettle,Kitchen"],
    "product_costs": [
        "product_id,valid_from,standard_material_cost,standard_production_cost",
        "P1,2024-01-01,4.123456,1.5",
    ],
    "orders": [
        "order_id,customer_id,ordered_on,currency_code",
        "O1,C1,2024-01-05,EUR",
        "O2,C2,2024-01-06,EUR",
    ],
    "order_lines": [
        "order_id,line_number,product_id,quantity,gross_amount,discount_amount,tax_amount",
        "O1,1,P1,2,20.00,0.00,4.00",
        "O1,2,P1,1,10.00,1.00,1.80",
        "O2,1,P1,3,30.00,0.00,6.00",
    ],
    "invoices": [
        "invoice_id,customer_id,kind,issued_on,due_on,amount,tax_amount,currency_code",
        "I1,C1,invoice,2024-01-05,2024-02-04,34.80,5.80,EUR",
    ],
    "payments": [
        "payment_id,customer_id,paid_on,amount,currency_code",
        "Z1,C1,2024-01-20,34.80,EUR",
    ],
    "ledger_accounts": [
        "account_id,account_name,account_type,is_cash",
        "1000,Bank,asset,true",
        "4000,Sales,revenue,false",
    ],
    "ledger_entries": [
        "entry_id,line_number,posted_on,account_id,amount",
        "J1,1,2024-01-20,1000,34.80",
        "J1,2,2024-01-20,4000,-34.80",
    ],
    "cost_centers": ["cost_center_id,cost_center_name,kind", "K1,Sales,operating"],
    "activity_events": ["event_id,driver_id,occurred_on,quantity", "E1,visits,2024-01-09,1"],
}


class Company:
    """Files of a company in a folder, spoiled at will, and their landing."""

    def __init__(self, folder: Path) -> None:
        """Write the good files."""
        self.extracts = folder / "extracts"
        self.landing = folder / "run" / "landing"
        self.identities = folder / "identities" / "identities.duckdb"
        self.extracts.mkdir(parents=True)
        for table in GOOD:
            self.write(table, GOOD[table])

    def write(self, table: str, lines: Sequence[str | bytes], name: str = "") -> Path:
        """Write lines as the CSV of a table, or under another name below the extracts."""
        path = self.extracts / (name or f"{table}.csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = (line if isinstance(line, bytes) else line.encode() for line in lines)
        path.write_bytes(b"".join(line + b"\n" for line in raw))
        return path

    def add(self, table: str, *lines: str | bytes) -> None:
        """Add lines to the good ones of a table."""
        self.write(table, [*GOOD[table], *lines])

    def write_parquet(self, table: str, query: str, name: str = "") -> Path:
        """Write the rows of a query as the Parquet of a table; its CSV goes."""
        path = self.extracts / (name or f"{table}.parquet")
        path.parent.mkdir(parents=True, exist_ok=True)
        quoted = str(path).replace("'", "''")
        duckdb.execute(f"copy ({query}) to '{quoted}' (format parquet)")
        (self.extracts / f"{table}.csv").unlink(missing_ok=True)
        return path

    def land(
        self, rules: LandingRules = RULES, systems: tuple[str, ...] = ("extracts",)
    ) -> LandingResult:
        """Land the files."""
        return land(
            systems,
            self.extracts,
            self.landing,
            self.identities,
            rules=rules,
            project_root=PROJECT_ROOT,
            threads=2,
        )

    def errors(self, rules: LandingRules = RULES) -> list[str]:
        """Land the files and return the errors, each as `table: file: expected: found`."""
        return [
            f"{finding.table}: {finding.file}: {finding.expected}: {finding.found}"
            for finding in self.land(rules).findings
            if finding.severity == "error"
        ]

    def rows(self, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        """Return the landed rows of a table in a definite order."""
        return duckdb.execute(
            f"select {columns} from read_parquet('{self.landing}/extracts/{table}/*.parquet') "
            "order by all"
        ).fetchall()

    def types(self, table: str) -> dict[str, str]:
        """Return the landed columns of a table with their types."""
        described = duckdb.execute(
            f"describe select * from '{self.landing}/extracts/{table}/*.parquet'"
        ).fetchall()
        return {row[0]: row[1] for row in described}

    def rejected(self) -> list[tuple[Any, ...]]:
        """Return table, file, record, reason, column, amount and currency of the rejected rows."""
        return self.rows(
            "rejected_rows",
            "table_name, file_name, record_number, reason, column_name, rejected_amount, "
            "currency_code",
        )

    def identified(self, query: str) -> list[tuple[Any, ...]]:
        """Run a query over the identities file."""
        with duckdb.connect(str(self.identities), read_only=True) as connection:
            return connection.execute(query).fetchall()
