"""Golden cases: small companies with published answers, and what a build made of them.

A case is a folder of `tests/golden`. What belongs here: finding cases, reading what they deliver
and where their warehouse is. `building.py` builds them, `comparing.py` compares the answers.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.publishing.generations import DATABASE, Warehouse

PROJECT_ROOT = Path(__file__).resolve().parents[3]
CASES_FOLDER = PROJECT_ROOT / "tests" / "golden"
OUTCOME_FILE = "outcome.json"


@dataclass(frozen=True, slots=True)
class Case:
    """One golden case; its name is the name of its folder and of its company."""

    folder: Path

    @property
    def name(self) -> str:
        """Return the name of the company."""
        return self.folder.name

    @property
    def answers(self) -> list[Path]:
        """Return the files with the answers, each named after what it is compared with."""
        return sorted((self.folder / "expected").glob("*.csv"))

    def ledger_results(self) -> dict[str, Decimal]:
        """Return minus the revenue and expense accounts by month, from the extracts alone."""
        types = {row["account_id"]: row["account_type"] for row in self._rows("ledger_accounts")}
        results: defaultdict[str, Decimal] = defaultdict(Decimal)
        for row in self._rows("ledger_entries"):
            if types[row["account_id"]] in ("revenue", "expense"):
                results[row["posted_on"][:7] + "-01"] -= Decimal(row["amount"])
        return dict(results)

    def _rows(self, table: str) -> list[dict[str, str]]:
        path = self.folder / "extracts" / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


@dataclass(frozen=True, slots=True)
class Built:
    """A case that was built in a folder of its own."""

    folder: Path

    @property
    def warehouse(self) -> Warehouse:
        """Return the warehouse of the case."""
        return Warehouse(self.folder / "warehouse")

    @property
    def database(self) -> Path:
        """Return the database that was built."""
        return self.warehouse.work / DATABASE

    @property
    def problems(self) -> list[str]:
        """Return what went wrong before the data tests; nothing if everything was built."""
        problems: list[str] = self._outcome()["problems"]
        return problems

    @property
    def data_tests(self) -> dict[str, str]:
        """Return the status of each data test by its name."""
        statuses: dict[str, str] = self._outcome()["data_tests"]
        return statuses

    def _outcome(self) -> dict[str, Any]:
        path = self.folder / OUTCOME_FILE
        if not path.exists():
            return {"problems": ["nothing was built"], "data_tests": {}}
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return content


Build = Callable[[Case], Built]


def find_cases(folder: Path = CASES_FOLDER) -> list[Case]:
    """Return all cases, by name."""
    return [Case(path.parent) for path in sorted(folder.glob("*/extracts"))]
