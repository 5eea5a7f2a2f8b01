"""The one file that knows who is who: names of customers, and raw rejected rows.

It is written for the owner's eyes only and is there as a whole or not at all. Of a night it is the
run's own file; the one that readers attach is replaced when the run is published.
"""

import os
from pathlib import Path

import duckdb

from orchestration.landing import sql
from orchestration.landing.declarations import Table

COLUMNS = ("customer_id", "customer_name", "email", "tax_number")
FILE_MODE = 0o600
FOLDER_MODE = 0o700


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty temporary table that gathers the customers' names."""
    listed = ", ".join(f"{column} varchar" for column in COLUMNS)
    connection.execute(f"create temp table identities ({listed})")


def add(connection: duckdb.DuckDBPyConnection, table: Table, relation: str) -> None:
    """Add the persons of a table, by the SQL expressions of its declaration."""
    if not table.identities:
        return
    declared = dict(table.identities)
    values = ", ".join(
        f"cast({declared.get(column, 'null')} as varchar) as {column}" for column in COLUMNS
    )
    connection.execute(f"insert into identities select {values} from {relation}")


def secure_folder(folder: Path) -> None:
    """Make the folder of the identities file, readable by its owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(FOLDER_MODE)


def write(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the identities file anew, in the place of one of that name."""
    new = path.with_name(f".{path.name}.new")
    for left in (new, new.with_name(f"{new.name}.wal")):
        left.unlink(missing_ok=True)
    connection.execute(f"attach {sql.text(new)} as new_identities")
    connection.execute(
        "create table new_identities.customers as "
        "select * from identities order by customer_id, customer_name"
    )
    connection.execute(
        "create table new_identities.rejected_rows as "
        "select source_system, table_name, file_name, record_number, raw_row "
        "from rejects order by source_system, table_name, file_name, record_number"
    )
    connection.execute("detach new_identities")
    new.chmod(FILE_MODE)
    with new.open("rb") as stream:
        os.fsync(stream.fileno())
    os.replace(new, path)
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
