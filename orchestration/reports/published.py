"""The published generation as reports read it: its database, where it came from, its months.

The link ``current`` is followed once, so that a report is never made of two generations.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.ops.exits import BadInputError
from orchestration.ops.settings import Settings
from orchestration.publishing.generations import DATABASE, Warehouse, read_run_file

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Published:
    """A published generation: its folder and its run record."""

    folder: Path
    record: Mapping[str, Any]

    @property
    def database(self) -> Path:
        """Return the path of the database."""
        return self.folder / DATABASE

    @property
    def run_id(self) -> str:
        """Return the id of the run that made it."""
        return str(self.record.get("run_id") or self.folder.name)

    @property
    def company(self) -> str:
        """Return the company whose books it holds."""
        return str(self.record.get("company") or "")

    @property
    def created(self) -> datetime:
        """Return when the run ended, without a time zone; it dates the reports as well."""
        ended = datetime.fromisoformat(str(self.record.get("ended_at") or "2000-01-01"))
        return ended.replace(tzinfo=None)

    @contextmanager
    def open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the database to read it."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            yield connection


def published(warehouse: Warehouse) -> Published:
    """Return the current generation; raise ``BadInputError`` if there is none."""
    folder = warehouse.current.resolve()
    if not (folder / DATABASE).exists():
        raise BadInputError(
            f"{warehouse.current}: nothing is published yet; run `make nightly` first"
        )
    return Published(folder, read_run_file(folder))


def warehouse_of_environment(settings: Settings | None = None) -> Warehouse:
    """Return the warehouse that the environment names."""
    if settings is None:
        settings = Settings.from_environment(for_night=False)
    return Warehouse(settings.absolute(settings.warehouse))


def month_of(name: str, value: str) -> date:
    """Return the month of a variable ``name``; raise ``BadInputError`` unless it is YYYY-MM."""
    if not _MONTH.fullmatch(value):
        raise BadInputError(f"{name}: expected a month as YYYY-MM; found {value!r}")
    return date.fromisoformat(f"{value}-01")


def months_of_books(connection: duckdb.DuckDBPyConnection) -> list[date]:
    """Return the months of the books, oldest first."""
    rows = connection.execute("select month from core.dim_months order by month").fetchall()
    return [month for (month,) in rows]


def current_month(connection: duckdb.DuckDBPyConnection) -> date:
    """Return the last complete month; the last one of the books while none is complete.

    Raises ``BadInputError`` if there is no month at all.
    """
    row = connection.execute(
        "select coalesce(max(month) filter (where is_last_complete), max(month)) "
        "from core.dim_months"
    ).fetchone()
    if row is None or row[0] is None:
        raise BadInputError("core.dim_months holds no month")
    month: date = row[0]
    return month


def functional_currency(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the currency of all amounts."""
    row = connection.execute(
        "select value from core.dim_settings where setting = 'functional_currency'"
    ).fetchone()
    return str(row[0]) if row else ""
