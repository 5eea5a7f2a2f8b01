"""A night without a warehouse: what can be known before anything is built.

Assumptions are composed, the dbt project is parsed, extracts are landed in a scratch folder and
judged, room on the disk is looked at. Neither the published generation nor the names of people
nor what a failed run left are touched, and the run history says nothing of it.
"""

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping

from orchestration.checks.gate import required_checks
from orchestration.checks.volumes import published_rows
from orchestration.landing.results import TableResult
from orchestration.ops.dbt_calls import step_of
from orchestration.ops.disk import check_disk, published_sizes, size
from orchestration.ops.exits import ExitCode
from orchestration.ops.lifecycle import locks
from orchestration.ops.progress import Reporter
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings
from orchestration.publishing.generations import read_run_file


def dry_run(settings: Settings, reporter: Reporter) -> int:
    """Print what a night would do; return 0 if nothing speaks against it.

    Raises ``NightError`` with the exit code that the night itself would end with.
    """
    night = Night(settings, reporter)
    with locks(night):
        reporter.line(f"Dry run of {settings.company}, {night.run_id}: nothing is published")
        night.warehouse.clean_scratch()
        scratch = night.warehouse.scratch(night.run_id)
        try:
            with night.step("prepare"):
                need = check_disk(night.warehouse, settings.absolute(settings.extracts))
                night.read_project()
                reporter.end("prepare", f"{len(night.manifest['nodes'])} dbt nodes")
            with night.step("landing"):
                scratch.mkdir(mode=0o700)
                result = night.land_into(scratch / "landing", scratch / "identities" / "names")
                night.note_findings(list(result.findings))
                night.compare_with_published(result.tables)
                rows = sum(table.landed_rows for table in result.tables)
                rejected = sum(table.rejected_rows for table in result.tables)
                reporter.end(
                    "landing",
                    f"{len(result.tables)} tables, {rows:,} rows, {rejected:,} rejected, "
                    f"{size(sum(table.bytes for table in result.tables))}",
                )
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        reporter.line()
        reporter.table(
            ["table", "published", "delivered", "landed", "rejected", "size"],
            tables_told(result.tables, published_rows(read_run_file(night.warehouse.current))),
        )
        _tell_what_would_be_built(night, str(need))
    return int(ExitCode.PUBLISHED)


def tables_told(tables: Iterable[TableResult], published: Mapping[str, int]) -> list[list[str]]:
    """Return a line for each table that has rows, or had some in the published run."""
    lines = []
    for table in tables:
        name = f"{table.system}.{table.table}"
        before = published.get(name, 0)
        numbers = (before, table.delivered_rows, table.landed_rows, table.rejected_rows)
        if before or table.delivered_rows:
            lines.append([name, *(f"{number:,}" for number in numbers), size(table.bytes)])
    return lines


def _tell_what_would_be_built(night: Night, need: str) -> None:
    steps = Counter(step_of(node) for node in night.manifest["nodes"].values())
    models = " + ".join(f"{steps[name]} {name}" for name in ("staging", "core", "marts"))
    kinds = Counter(check.kind for check in required_checks(night.manifest, night.suites()))
    published = sum(published_sizes(night.warehouse))
    reporter = night.reporter
    reporter.line()
    reporter.line(f"  would build   {steps['seeds']} seeds, {models} models")
    reporter.line(
        f"  would check   {kinds['test']} data tests, {kinds['expectation']} expectations"
    )
    if published:
        reporter.line(f"  would publish about as much as is published now, {size(published)}")
    reporter.line(f"  disk          {need}")
