"""A night without a warehouse: what can be known before anything is built.

Assumptions are composed, the dbt project is parsed, extracts are landed in a scratch folder and
judged, room on the disk is looked at. Neither the published generation nor the names of people
nor what a failed run left are touched, and the run history says nothing of it.
"""

import shutil
from collections import Counter

from orchestration.checks.gate import required_checks
from orchestration.ops.dbt_calls import step_of
from orchestration.ops.disk import check_disk, published_sizes, size
from orchestration.ops.exits import ExitCode
from orchestration.ops.lifecycle import locks
from orchestration.ops.progress import Reporter
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings


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
        delivered = [table for table in result.tables if table.delivered_rows]
        reporter.line()
        reporter.table(
            ["table", "delivered", "landed", "rejected", "size"],
            [
                [
                    f"{table.system}.{table.table}",
                    f"{table.delivered_rows:,}",
                    f"{table.landed_rows:,}",
                    f"{table.rejected_rows:,}",
                    size(table.bytes),
                ]
                for table in delivered
            ],
        )
        _tell_what_would_be_built(night, str(need))
    return int(ExitCode.PUBLISHED)


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
