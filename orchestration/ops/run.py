"""A night in progress: its settings, folders, clock and outcome, shared by all its steps.

What holds its lock and records its end is in ``lifecycle``.
"""

import contextlib
import os
import secrets
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.checks.evidence import (
    dbt_file,
    expectation_rows,
    read_evidence,
    run_of_dbt,
    suite_file,
    write_landing,
)
from orchestration.checks.expectations import ExpectationProcess, SuiteError
from orchestration.checks.failing_rows import failing_rows
from orchestration.checks.gate import Verdict, judge, required_checks
from orchestration.checks.suites import check_suites, known_tables, load_suites, stage_of
from orchestration.checks.volumes import BY_TABLE, LIMIT, rows_by_table, vanished_rows
from orchestration.landing.assumptions import compose, landing_rules, resolved_settings
from orchestration.landing.findings import Finding, has_errors
from orchestration.landing.land import LandingResult, TableResult, land
from orchestration.landing.passing import may_pass
from orchestration.ops.causes import public_finding
from orchestration.ops.dbt import NightDbt
from orchestration.ops.dbt_calls import CALLS
from orchestration.ops.disk import check_disk
from orchestration.ops.exits import BadInputError, CheckFailedError, ExitCode, NightError
from orchestration.ops.fingerprints import changed, extracts_fingerprint, project_fingerprints
from orchestration.ops.history import land_history
from orchestration.ops.progress import Reporter
from orchestration.ops.resume import Kept, kept_of
from orchestration.ops.settings import Settings
from orchestration.publishing.files import read_json_lines
from orchestration.publishing.generations import DATABASE, Warehouse, read_run_file
from orchestration.publishing.publish import publish


def new_run_id(now: datetime | None = None) -> str:
    """Return an id that sorts by time: date, time (UTC) and four random characters."""
    return f"{now or datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


@dataclass
class Night:
    """One run. Steps call its methods in order; whatever raises is kept in ``failure``."""

    settings: Settings
    reporter: Reporter = field(default_factory=Reporter)
    run_id: str = field(default_factory=new_run_id)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    findings: list[Finding] = field(default_factory=list)
    failure: BaseException | None = None
    verdict: Verdict | None = None
    failure_lines: list[str] = field(default_factory=list)
    failure_cause: list[str] = field(default_factory=list)
    exit_code: ExitCode = ExitCode.OTHER
    resumed: bool = False
    dagster_run_id: str = ""
    tests_done: int = 0
    tests_bad: int = 0
    test_seconds: float = 0.0

    def __post_init__(self) -> None:
        """Derive folders; nothing is written yet."""
        self.warehouse = Warehouse(self.settings.absolute(self.settings.warehouse))
        self.evidence = self.warehouse.evidence(self.run_id)
        self.log = self.warehouse.log(self.run_id)
        self.dbt = NightDbt(self.settings, self.run_id, self.evidence)
        self.manifest: dict[str, Any] = {}
        self.tables: tuple[TableResult, ...] = ()
        self.kept = Kept()
        self.fingerprints: dict[str, str] = {}
        self._expectations: ExpectationProcess | None = None

    @property
    def database(self) -> Path:
        """Return the database that this run builds."""
        return self.warehouse.generation(self.run_id) / DATABASE

    @property
    def is_published(self) -> bool:
        """Return whether readers get this run, which nothing but the link decides."""
        return self.warehouse.linked(self.warehouse.current) == self.run_id

    @contextlib.contextmanager
    def step(self, name: str, total: int = 0) -> Iterator[None]:
        """Time a step; an exception marks it as failed, is kept and goes on its way."""
        self.reporter.begin(name, total)
        try:
            yield
        except BaseException as error:
            if self.failure is None:
                self.failure = error
                self.reporter.end(name, outcome="failed")
            raise

    def continue_run(self, run_id: str) -> None:
        """Become another attempt of a run that failed."""
        self.run_id, self.resumed = run_id, True
        self.__post_init__()

    def prepare(self) -> None:
        """Make the generation folder, compose the assumptions and read the dbt project.

        A run that is continued keeps its folder and what its steps have finished.
        """
        self.evidence.mkdir(parents=True, exist_ok=True)
        check_disk(self.warehouse, self.settings.absolute(self.settings.extracts))
        self.fingerprints = project_fingerprints(self.settings)
        with contextlib.suppress(OSError):  # landing says what is wrong, or is tried again
            self.fingerprints["extracts"] = extracts_fingerprint(self.settings)
        if self.resumed:
            self.warehouse.work_on(self.run_id, self.record("running"))
        else:
            self.warehouse.begin(self.run_id, self.record("running"))
        self._expectations = ExpectationProcess(self.settings.project_root, self.log)
        self.read_project()
        if self.resumed and self.warehouse.pending_identities(self.run_id).exists():
            self.kept = kept_of(self.evidence, self.run_id, self.manifest, self.suites())

    def read_project(self) -> None:
        """Compose the assumptions and read the dbt project that they belong to."""
        assumptions = self.settings.absolute(self.settings.assumptions)
        self.note_findings(
            compose(self.settings.company, assumptions, self.settings.project_root)
        )
        self.manifest = self.dbt.manifest()
        root, company = self.settings.project_root, self.settings.company
        if wrong := check_suites(root, known_tables(self.manifest), company):
            raise BadInputError(*wrong)

    def note_findings(self, findings: list[Finding]) -> None:
        """Print findings, one line each; raise ``BadInputError`` if one stops the load."""
        self.findings += findings
        if has_errors(findings):
            public = [public_finding(each) for each in findings if each.severity == "error"]
            raise BadInputError(*(str(finding) for finding in findings), public=public)
        for finding in findings:
            self.reporter.line(f"  {finding}")

    def land(self) -> tuple[TableResult, ...]:
        """Turn the extracts into typed Parquet; a continued run has that already."""
        if self._expectations is None:
            raise NightError("a night is started by `make nightly`, which holds the lock")
        if self.kept.landing:
            self.tables = self.kept.landing
            self.compare_with_published(self.tables)
            return self.tables
        landing = self.warehouse.generation(self.run_id) / "landing"
        result = self.land_into(landing, self.warehouse.pending_identities(self.run_id))
        land_history(read_json_lines(self.warehouse.runs), landing, self.run_id)
        write_landing(
            self.evidence, self.run_id, result.findings, len(result.tables), result.tables
        )
        self.note_findings(list(result.findings))
        self.tables = result.tables
        self.compare_with_published(self.tables)
        return self.tables

    def company_settings(self) -> dict[str, str]:
        """Return every setting with the company's value, else its default."""
        settings = self.settings
        return resolved_settings(settings.absolute(settings.assumptions), settings.project_root)

    def compare_with_published(self, tables: Sequence[TableResult]) -> None:
        """Raise ``CheckFailedError`` if a table lost more rows than the company allows."""
        published = read_run_file(self.warehouse.current)
        limit = Decimal(self.company_settings()[LIMIT])
        if lines := vanished_rows(published, tables, limit):
            raise CheckFailedError(*lines, public=lines)

    def land_into(self, landing: Path, identities: Path) -> LandingResult:
        """Land the extracts in a folder, names of people in a file; findings are not looked at.

        One of them says it if the extracts are not what they were before they were read.
        """
        settings = self.settings
        before = self._extracts_seen()
        self.fingerprints |= before
        result = land(
            settings.systems(),
            settings.absolute(settings.extracts),
            landing,
            identities,
            rules=landing_rules(self.company_settings()),
            project_root=settings.project_root,
            progress=lambda table, number, total: self.reporter.advance(number, total),
        )
        if before == self._extracts_seen():
            return result
        moved = Finding(
            "error",
            "",
            str(settings.extracts),
            None,
            "a delivery that is complete",
            "files that came, went or changed while they were read",
            "start again when the delivery is complete",
        )
        return replace(result, findings=(*result.findings, moved))

    def _extracts_seen(self) -> dict[str, str]:
        """Return the hash of the extracts, nothing if they can't be listed; landing says that."""
        try:
            return {"extracts": extracts_fingerprint(self.settings)}
        except OSError as error:
            if may_pass(error):
                raise
            return {}

    def suites(self) -> list[dict[str, Any]]:
        """Return the expectation suites of the company."""
        return load_suites(self.settings.project_root, self.settings.company)

    def run_expectations(self, stage: str) -> dict[str, list[dict[str, Any]]]:
        """Run the suites of a stage on the database; return their results by suite."""
        if self._expectations is None:
            raise RuntimeError("the night was not prepared")
        try:
            if stage not in self.kept.expectations:
                self._expectations.run(
                    {
                        "database": str(self.database),
                        "run_id": self.run_id,
                        "evidence": str(self.evidence),
                        "company": self.settings.company,
                        "stage": stage,
                    }
                )
        except SuiteError as error:
            raise BadInputError(*error.args) from error
        return {
            suite["name"]: read_evidence(self.evidence / suite_file(suite["name"]))["results"]
            for suite in self.suites()
            if stage_of(suite) == stage
        }

    def judge(self) -> Verdict:
        """Hold this run's evidence against everything that is required."""
        built = read_evidence(self.dbt.target / "manifest.json")
        manifest = built if run_of_dbt(built) == self.run_id else self.manifest
        required = required_checks(manifest, self.suites())
        self.verdict = judge(required, self.evidence, self.run_id, CALLS)
        return self.verdict

    def gate(self) -> Verdict:
        """Judge, and raise ``CheckFailedError`` unless everything is present and passed."""
        verdict = self.judge()
        if not verdict.is_good:
            raise self.error_of(verdict)
        return verdict

    def error_of(self, verdict: Verdict) -> CheckFailedError:
        """Return the error of a verdict that is not good."""
        public = [outcome.public for outcome in verdict.failed or verdict.absent]
        lines = self.explain(verdict)
        return CheckFailedError(*lines, exit_code=verdict.exit_code, public=public)

    def explain(self, verdict: Verdict, most: int = 20) -> list[str]:
        """Return a line for each check that failed, with the rows at fault, and what it cost."""
        artifacts = [read_evidence(self.evidence / dbt_file(call)) for call in CALLS]
        wrong = verdict.failed or verdict.absent
        lines = []
        for outcome in wrong[:most]:
            lines.append(str(outcome))
            if outcome.check.kind == "test":
                rows = failing_rows(self.database, artifacts, outcome.check.check_id)
                lines += [f"  {row}" for row in rows]
            elif outcome.check.kind == "expectation":
                rows = expectation_rows(self.evidence, outcome.check.check_id)
                lines += [f"  {row}" for row in rows]
        if len(wrong) > most:
            lines.append(f"and {len(wrong) - most} more of the same kind")
        if verdict.failed and verdict.absent:
            lines.append(f"{len(verdict.absent)} checks did not run because of this")
        return lines

    def publish(self) -> Path:
        """Make this run's generation current; only after the gate.

        Raises ``BadInputError`` if code or assumptions are not what they were when the night
        began: what was built is then partly of the one version, partly of the other.
        """
        if self.verdict is None or not self.verdict.is_good:
            raise CheckFailedError("nothing is published that the gate has not let through")
        if names := changed(self.fingerprints, project_fingerprints(self.settings)):
            raise BadInputError(
                f"{' and '.join(names)} changed while the night was at work, so that it may have "
                "built parts of two versions; start a whole night when nobody changes them"
            )
        record = self.record("published", ExitCode.PUBLISHED)
        try:
            publish(self.warehouse, self.run_id, record)
        except Exception as error:
            if not self.is_published:
                raise
            self.failure = error
        return self.warehouse.current / DATABASE

    def record(
        self, outcome: str, exit_code: ExitCode | None = None, why: str = ""
    ) -> dict[str, Any]:
        """Return the run record as it stands."""
        now = datetime.now(UTC)
        landed = self.tables
        database = self.database.stat().st_size if self.database.exists() else None
        return {
            "run_id": self.run_id,
            "company": self.settings.company,
            "outcome": outcome,
            "exit_code": None if exit_code is None else int(exit_code),
            "reason": why,
            "cause": self.failure_cause,
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "ended_at": now.isoformat(timespec="seconds"),
            "seconds": round((now - self.started_at).total_seconds(), 1),
            "pid": os.getpid(),
            "commit": git_commit(self.settings.project_root),
            "extracts": str(self.settings.extracts),
            "checks": len(self.verdict.outcomes) if self.verdict else None,
            "landed_rows": sum(table.landed_rows for table in landed) if landed else None,
            "rejected_rows": sum(table.rejected_rows for table in landed) if landed else None,
            BY_TABLE: rows_by_table(landed),
            "landing_bytes": sum(table.bytes for table in landed) if landed else None,
            "database_bytes": database,
            "resumed": self.resumed,
            "dagster_run_id": self.dagster_run_id,
            "fingerprints": self.fingerprints,
            "steps": [asdict(step) for step in self.reporter.steps],
        }

    def close(self) -> None:
        """End what still waits."""
        if self._expectations is not None:
            self._expectations.close()


def git_commit(project_root: Path) -> str | None:
    """Return the commit of the working tree, with a plus if it has changes; None outside git."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--abbrev=40", "--dirty=+"],
            cwd=project_root,
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None
