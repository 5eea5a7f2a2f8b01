"""Landing: every declared table of the systems in use becomes a folder of typed Parquet.

The order of events: what can be said without reading rows first (files, headers, manifest), for
all tables, and nothing is read if any of it is wrong; then table by table; then what holds
between tables. Findings never stop the others of their stage from being found.
"""

import shutil
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

import duckdb

from orchestration.landing import checks, identities, inspection, manifest, rejects, sql
from orchestration.landing.declarations import System, Table, read_system
from orchestration.landing.files import Delivery, find_deliveries
from orchestration.landing.findings import Finding, has_errors
from orchestration.landing.inspection import Inspected
from orchestration.landing.results import LandingResult, LandingRules, Progress, TableResult
from orchestration.landing.tables import TableLanding

__all__ = ["LandingResult", "LandingRules", "Progress", "TableResult", "land"]

_SCRATCH = ".landing-"


def land(
    systems: Sequence[str],
    extracts_folder: Path,
    landing_folder: Path,
    identities_file: Path,
    *,
    rules: LandingRules,
    project_root: Path,
    progress: Progress | None = None,
    threads: int | None = None,
    memory_limit: str | None = None,
) -> LandingResult:
    """Land all declared tables of the systems and return the findings and what was landed.

    Writes ``landing_folder/<system>/<table>/*.parquet``, among them the table `rejected_rows` of
    each system, and replaces ``identities_file``. With an error among the findings the landing is
    of no use and the identities stay as they were. Scratch files lie beside the identities,
    because they hold names too. One landing at a time: the caller holds the lock of the run.
    Raises DeclarationError if the YAML of a system can't be used.
    """
    declared = [read_system(project_root, system) for system in systems]
    identities.secure_folder(identities_file.parent)
    for left in identities_file.parent.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left)
    scratch = Path(mkdtemp(prefix=_SCRATCH, dir=identities_file.parent))
    try:
        with sql.connect(scratch, threads, memory_limit) as connection:
            landing = _Landing(connection, declared, landing_folder, scratch, rules, progress)
            landing.run(extracts_folder)
            if not has_errors(landing.findings):
                identities.write(connection, identities_file)
    finally:
        shutil.rmtree(scratch)
    return LandingResult(tuple(landing.findings), tuple(landing.results))


class _Landing:
    """The stages of one landing over one connection."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        systems: Sequence[System],
        landing_folder: Path,
        scratch: Path,
        rules: LandingRules,
        progress: Progress | None,
    ) -> None:
        self._connection = connection
        self._systems = systems
        self._landing_folder = landing_folder
        self._scratch = scratch
        self._rules = rules
        self._progress = progress
        self.findings: list[Finding] = []
        self.results: list[TableResult] = []

    def run(self, extracts_folder: Path) -> None:
        """Go through the stages; stop after one that found an error."""
        deliveries, found = find_deliveries(self._systems, extracts_folder)
        self.findings += found
        inspected = self._inspect(deliveries)
        entries, found = manifest.read_manifest(extracts_folder, deliveries)
        self.findings += found
        if has_errors(self.findings):
            return
        for system in self._systems:
            shutil.rmtree(self._landing_folder / system.name, ignore_errors=True)
        rejects.create(self._connection)
        identities.create(self._connection)
        if not self._land(inspected, entries):
            return
        for system in self._systems:
            rejects.land(self._connection, system.name, self._landing_folder / system.name)
            self.findings += checks.check(
                self._connection, system, self._landing_folder, self._rules
            )

    def _inspect(self, deliveries: Sequence[Delivery]) -> list[tuple[Table, list[Inspected]]]:
        plain = {system.name: system.is_plain for system in self._systems}
        inspected = []
        for delivery in deliveries:
            files = []
            for file in delivery.files:
                seen, found = inspection.inspect(
                    self._connection, delivery.table, file, plain[delivery.table.system]
                )
                self.findings += found
                if seen:
                    files.append(seen)
            inspected.append((delivery.table, files))
        return inspected

    def _land(
        self,
        inspected: Sequence[tuple[Table, Sequence[Inspected]]],
        entries: Sequence[manifest.Entry],
    ) -> bool:
        """Land table by table; return whether all of them are there."""
        landing = TableLanding(
            self._connection, self._landing_folder, self._scratch, self._rules
        )
        totals: defaultdict[str, set[str]] = defaultdict(set)
        for entry in entries:
            totals[entry.table.name] |= set(entry.totals)
        tallies: defaultdict[str, list[manifest.Tally]] = defaultdict(list)
        for number, (table, files) in enumerate(inspected, start=1):
            try:
                landed = landing.land(table, files, sorted(totals[table.name]))
            except duckdb.Error:
                damaged = inspection.find_damage(self._connection, table, files)
                if not damaged:
                    raise
                self.findings += damaged
                landing.give_up()
                continue
            tallies[table.name] += landed.tallies
            self.results.append(landed.result)
            self.findings += rejects.check_limit(
                self._connection, table, landed.result, self._rules
            )
            if self._progress:
                self._progress(landed.result, number, len(inspected))
        if len(self.results) < len(inspected):
            return False
        self.findings += manifest.check_tallies(entries, tallies)
        return True
