"""The embedded demo company, generated once, with a connection that reads its files."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from demo.company import Company

TABLES = (
    "customers", "customer_tags", "customer_merges", "products", "product_costs", "orders",
    "order_lines", "order_costs", "invoices", "invoice_lines", "payments", "payment_allocations",
    "write_offs", "subscriptions", "ledger_accounts", "ledger_entries", "opening_balances",
    "opening_items", "cost_centers", "activity_events", "event_options", "fx_rates",
    "supplier_documents", "customer_investments",
)  # fmt: skip


def generate(folder: Path, scale: float = 0.02, seed: int = 1, block: int = 400_000) -> Path:
    """Write a company and return the folder of its extracts."""
    extracts = folder / "extracts"
    Company(extracts, scale, seed, block).write()
    return extracts


def relation(extracts: Path, table: str) -> str:
    """Return SQL that reads a table as text, without what was typed by hand or sent again."""
    files = sorted(extracts.glob(f"{table}.*")) + sorted(extracts.glob(f"{table}/**/*.*"))
    files = [file for file in files if file.name not in ("manual.csv", "resent.csv")]
    parts = []
    for kind, read in (
        (".csv", "read_csv({}, header = true, all_varchar = true, union_by_name = true)"),
        (".parquet", "read_parquet({}, union_by_name = true)"),
    ):
        named = [file.as_posix() for file in files if file.suffix == kind]
        if named:
            parts.append(f"select columns(*)::varchar from {read.format(named)}")
    return " union all by name ".join(parts)


@pytest.fixture(scope="session")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded company."""
    return generate(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def books(extracts: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a view of text for each table, without the files typed by hand.

    The order lines typed by hand are there as they count: the first rows of the file.
    """
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for table in TABLES:
        connection.execute(f"create view {table} as {relation(extracts, table)}")
    manual = extracts / "order_lines" / "manual.csv"
    connection.execute(
        "create table typed_lines as select distinct on (order_id, line_number) * "
        f"from read_csv('{manual}', all_varchar = true)"
    )
    yield connection
    connection.close()
