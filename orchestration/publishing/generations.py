"""Generation folders: what lies where, what is a leftover, what may go.

A generation is ``<warehouse>/generations/<run id>/`` with the database, its landing and its
``run.json``. ``work`` points at the one that is being built, ``current`` at the published one.
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.ops.exits import BadInputError
from orchestration.publishing.files import read_json_lines, swap_link, sync_folder, write_json
from orchestration.publishing.lock import database_holder

DATABASE = "warehouse.duckdb"
RUN_FILE = "run.json"
_SCRATCH = ".dry-"


@dataclass(frozen=True, slots=True)
class Leftover:
    """A generation that never became current; ``holder`` is the pid that has it open."""

    run_id: str
    record: dict[str, Any]
    holder: int | None
    removed: bool


@dataclass(frozen=True, slots=True)
class Warehouse:
    """The folders of a warehouse."""

    root: Path

    @property
    def generations(self) -> Path:
        """Return the folder of all generations."""
        return self.root / "generations"

    @property
    def work(self) -> Path:
        """Return the link to the generation that is being built."""
        return self.root / "work"

    @property
    def current(self) -> Path:
        """Return the link to the published generation."""
        return self.root / "current"

    @property
    def identities(self) -> Path:
        """Return the file that holds names of people, those of the published run."""
        return self.root / "identities" / "identities.duckdb"

    def pending_identities(self, run_id: str) -> Path:
        """Return the file with names of people of a run that is not published yet.

        It lies beside the others, for a generation is open to all its readers.
        """
        return self.identities.with_name(f"identities.{run_id}.duckdb")

    @property
    def spark_identities(self) -> Path:
        """Return the file that holds names of people of the last landing for Spark."""
        return self.identities.with_name("identities.spark.duckdb")

    @property
    def runs(self) -> Path:
        """Return the file with one line for each run."""
        return self.root / "audit" / "runs.jsonl"

    @property
    def operations(self) -> Path:
        """Return the file with one line for each rollback, backup and restore."""
        return self.root / "audit" / "operations.jsonl"

    def scratch(self, run_id: str) -> Path:
        """Return the folder of a dry run, which holds names of people while that lasts."""
        return self.root / f"{_SCRATCH}{run_id}"

    @property
    def exports(self) -> Path:
        """Return the folder of what is written for other programs to read."""
        return self.root / "exports"

    def evidence(self, run_id: str) -> Path:
        """Return the folder with what a run's checks had to say."""
        return self.root / "audit" / "runs" / run_id

    def log(self, run_id: str) -> Path:
        """Return the log file of a run."""
        return self.root / "audit" / "logs" / f"{run_id}.log"

    def generation(self, run_id: str) -> Path:
        """Return the folder of one generation."""
        return self.generations / run_id

    def linked(self, link: Path) -> str | None:
        """Return the run id that ``work`` or ``current`` points at, None without a link."""
        return Path(os.readlink(link)).name if link.is_symlink() else None

    def begin(self, run_id: str, record: dict[str, Any]) -> Path:
        """Make the folder of a new generation and point ``work`` at it."""
        folder = self.generation(run_id)
        (folder / "landing").mkdir(parents=True)
        return self.work_on(run_id, record)

    def work_on(self, run_id: str, record: dict[str, Any]) -> Path:
        """Point ``work`` at a generation that is being built, and say so in its record."""
        folder = self.generation(run_id)
        write_json(folder / RUN_FILE, record)
        sync_folder(self.generations)
        swap_link(self.work, f"generations/{run_id}")
        return folder

    def adopt_identities(self, run_id: str) -> None:
        """Put a published run's names of people in the place of the old ones, if still pending."""
        pending = self.pending_identities(run_id)
        if not pending.exists():
            return
        self.identities.with_name(f"{self.identities.name}.wal").unlink(missing_ok=True)
        os.replace(pending, self.identities)
        sync_folder(self.identities.parent)

    def published(self) -> list[str]:
        """Return the run ids of the generations that are or were current, oldest first.

        A sealed generation counts if the run history says it was published. Without a history
        every sealed one counts, so that a lost file does not cost data.
        """
        history = {line.get("run_id"): line.get("outcome") for line in read_json_lines(self.runs)}
        current = self.linked(self.current)
        return [
            name
            for name in self._all()
            if name == current
            or (
                read_run_file(self.generation(name)).get("outcome") == "published"
                and (not history or history.get(name) == "published")
            )
        ]

    def clean_leftovers(self, keep: str = "") -> list[Leftover]:
        """Remove what earlier runs left, except what a process still has open.

        A generation is a leftover if it never was current and is not ``keep``; so are the names of
        people of a run that is neither, and the scratch folder of a dry run that was killed. To
        be called with the lock held, before a new generation is begun.
        """
        leftovers: list[Leftover] = []
        self._clean_identities(keep)
        self.clean_scratch()
        for link in (".work.new", ".current.new"):
            (self.root / link).unlink(missing_ok=True)
        for hidden in self.generations.glob(".*.removing"):
            shutil.rmtree(hidden)
        published = set(self.published())
        for name in self._all():
            folder = self.generation(name)
            if name in published or name == keep:
                continue
            record = read_run_file(folder)
            holder = database_holder(folder / DATABASE)
            leftovers.append(Leftover(name, record, holder, removed=holder is None))
            if holder is None:
                _remove(folder)
        return leftovers

    def clean_scratch(self) -> None:
        """Remove what dry runs left that were killed. To be called with the lock held."""
        for left in self.root.glob(f"{_SCRATCH}*"):
            shutil.rmtree(left)

    def prune(self, keep: int) -> list[str]:
        """Remove all but the newest ``keep`` sealed generations; return what was removed.

        The current generation stays whatever its age, and so does one that is being read.
        """
        current = self.linked(self.current)
        removed: list[str] = []
        for name in self.published()[:-keep]:
            folder = self.generation(name)
            if name == current or database_holder(folder / DATABASE) is not None:
                continue
            _remove(folder)
            removed.append(name)
        return removed

    def _clean_identities(self, keep: str) -> None:
        folder = self.identities.parent
        kept = {
            self.pending_identities(run_id)
            for run_id in (self.linked(self.current), keep)
            if run_id
        } | {self.spark_identities}
        for pattern in ("identities.*.duckdb*", ".identities.*"):
            for left in folder.glob(pattern):
                if left not in kept:
                    left.unlink()

    def _all(self) -> list[str]:
        if not self.generations.exists():
            return []
        names = (entry.name for entry in self.generations.iterdir())
        return sorted(name for name in names if not name.startswith("."))


def refuse_other_company(warehouse: Warehouse, company: object, what: str) -> None:
    """Raise ``BadInputError`` if another company than this is published here.

    To be called with the lock held. ``what`` is about to be published: a night, a run, a backup.
    """
    published = read_run_file(warehouse.current).get("company")
    if published and company != published:
        raise BadInputError(
            f"{what} is one of {company}, and {warehouse.root} is the warehouse of {published}; "
            "each company has a warehouse of its own: put it before the command, such as "
            f"WAREHOUSE=warehouses/{company}"
        )


def read_run_file(folder: Path) -> dict[str, Any]:
    """Return a generation's run record, empty if it has none that can be read."""
    try:
        content = json.loads((folder / RUN_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _remove(folder: Path) -> None:
    """Remove a generation; first out of sight, so that half of one is never seen."""
    hidden = folder.with_name(f".{folder.name}.removing")
    os.replace(folder, hidden)
    shutil.rmtree(hidden)
