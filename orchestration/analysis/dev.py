"""A copy of the published generation to work in: ``make dev`` and ``make assumptions``.

The copy is what dbt's default target writes, `target/dev.duckdb`. The assumptions of the company
are composed beside it, so that dbt loads the seeds that stand in `seeds/<company>` now.
"""

import os
import shutil
import sys
from pathlib import Path

from orchestration.landing.assumptions import compose
from orchestration.landing.findings import has_errors
from orchestration.ops.exits import BadInputError, ExitCode, LockedError, NightError
from orchestration.ops.progress import Reporter
from orchestration.ops.settings import Settings
from orchestration.publishing.generations import DATABASE, Warehouse, read_run_file
from orchestration.publishing.lock import database_holder, run_lock


def dev_database(settings: Settings) -> Path:
    """Return the path of the database that dbt writes by hand."""
    return settings.absolute(Path(os.environ.get("DEV_DATABASE") or "target/dev.duckdb"))


def copy_current(warehouse: Warehouse, target: Path) -> dict[str, object]:
    """Replace ``target`` by a copy of the published database; return its run record.

    The old file stays until the copy is whole. Raises ``BadInputError`` if nothing is published,
    ``LockedError`` if a process has the target open, ``NightError`` (5) if the disk is too small.
    """
    folder = warehouse.current.resolve()
    source = folder / DATABASE
    if not source.exists():
        raise BadInputError(f"{source}: nothing is published yet; run `make nightly` first")
    holder = database_holder(target)
    if holder is not None:
        raise LockedError(f"process {holder or 'unknown'} has {target} open; end it first")
    target.parent.mkdir(parents=True, exist_ok=True)
    size = source.stat().st_size
    if shutil.disk_usage(target.parent).free < size * 1.1:
        raise NightError(
            f"{target}: {size / 1e6:,.0f} MB are to be copied and do not fit on the disk",
            exit_code=ExitCode.MACHINE,
        )
    waiting = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, waiting)
    target.with_name(target.name + ".wal").unlink(missing_ok=True)
    os.replace(waiting, target)
    return read_run_file(folder)


def compose_assumptions(settings: Settings, reporter: Reporter) -> None:
    """Compose the seeds of the company for dbt; raise ``BadInputError`` if they are wrong."""
    company = settings.company
    folder = settings.absolute(settings.assumptions)
    holder: dict[str, str | int] = {"pid": os.getpid(), "company": company}
    with run_lock(settings.absolute(settings.dbt_target), holder):
        findings = compose(company, folder, settings.project_root)
    if has_errors(findings):
        raise BadInputError(*(str(finding) for finding in findings))
    for finding in findings:
        reporter.line(f"  {finding}")
    reporter.line(f"Composed seeds/{company} into {settings.assumptions}: dbt loads them there")


def refresh(settings: Settings, reporter: Reporter) -> None:
    """Copy, compose, and say what was done."""
    warehouse = Warehouse(settings.absolute(settings.warehouse))
    target = dev_database(settings)
    existed = target.exists()
    record = copy_current(warehouse, target)
    company = str(record.get("company") or settings.company)
    shown = os.path.relpath(target, settings.project_root)
    reporter.line(
        f"{'Replaced' if existed else 'Made'} {shown}: a copy of generation "
        f"{record.get('run_id')} of {company}, {target.stat().st_size / 1e6:,.0f} MB"
    )
    own = settings.of_company(company)
    compose_assumptions(own, reporter)
    prefix = own.command_prefix
    reporter.line("The published warehouse is untouched. Go on with, for example:")
    reporter.line(f"  {prefix}.venv/bin/dbt build --select fct_customer_contribution_monthly+")
    reporter.line(f"  {prefix}MODEL=all make compare")


def main() -> int:
    """Refresh the copy, or with the argument ``assumptions`` the seeds alone."""
    reporter = Reporter()
    try:
        settings = Settings.from_environment(for_night=False)
        if sys.argv[1:] == ["assumptions"]:
            compose_assumptions(settings, reporter)
        else:
            refresh(settings, reporter)
    except NightError as error:
        for line in error.lines:
            reporter.line(line, "bold red")
        return int(error.exit_code)
    return int(ExitCode.PUBLISHED)


if __name__ == "__main__":
    sys.exit(main())
