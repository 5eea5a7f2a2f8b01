"""``make status``: what is published, how old it is, and why there is nothing newer.

``python -m orchestration.ops.status``. Exit code 0 if a warehouse is published, in time and the
last run published it; 1 if not; 2 if the settings can't be read.
"""

import shlex
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from orchestration.ops.alerts import webhook
from orchestration.ops.disk import disk_need, published_sizes, size
from orchestration.ops.exits import BadInputError, ExitCode, NightError
from orchestration.ops.lateness import (
    extract_line,
    hours,
    last_run,
    late_extracts,
    published_at,
    why_late,
)
from orchestration.ops.progress import Reporter
from orchestration.ops.settings import DEMO_EXTRACTS, Settings
from orchestration.publishing.files import moment
from orchestration.publishing.generations import Warehouse, read_run_file
from orchestration.publishing.lock import lock_holder
from orchestration.publishing.rollback import withdrawn

# What `make resume` is for: the machine, an interruption, a kill (which leaves no code).
_MAY_BE_CONTINUED = (None, int(ExitCode.OTHER), int(ExitCode.MACHINE))


def print_status(settings: Settings, reporter: Reporter, now: datetime) -> int:
    """Print the state of the warehouse; return 0 if all is well, else 1."""
    warehouse = Warehouse(settings.absolute(settings.warehouse))
    if not warehouse.root.is_dir():
        reporter.line(f"There is no warehouse in {warehouse.root}; `make nightly` makes one.")
        return 1
    well = True
    current = warehouse.linked(warehouse.current)
    made = published_at(warehouse)
    if current is None:
        reporter.line("  published   nothing yet", "bold red")
        well = False
    else:
        record = read_run_file(warehouse.generation(current))
        age = hours(now - made) if made else "of unknown age"
        reporter.line(
            f"  published   run {current} of {record.get('company')}, "
            f"{_local(record.get('ended_at'), settings)}, {age} ago, {record.get('checks')} checks"
        )
        database, landing = published_sizes(warehouse)
        reporter.line(f"  size        database {size(database)}, landing {size(landing)}")
    bad = withdrawn(warehouse)
    kept = [
        f"{run_id} (withdrawn)" if run_id in bad else run_id
        for run_id in warehouse.published()
        if run_id != current
    ]
    if kept:
        command = f"{settings.command_prefix}make rollback TO=<run id>"
        reporter.line(f"  kept        {', '.join(kept)} ({command})")
    last = last_run(warehouse)
    if last and last.get("outcome") != "published":
        well = False
        _tell_failure(last, warehouse, reporter, settings)
    holder = lock_holder(warehouse.root)
    if holder is not None:
        reporter.line(
            f"  running     run {holder.get('run_id')} of {holder.get('company')}, "
            f"process {holder.get('pid')}, since {_local(holder.get('started_at'), settings)}"
        )
    for number, line in enumerate(why_late(settings, now)):
        well = False
        reporter.line(f"  {'late' if number == 0 else '':<12}{line}", "bold red")
    well = _tell_alerts(reporter) and well
    if not settings.has_extracts:
        reporter.line("  extracts    EXTRACTS is not set: neither they nor the disk are looked at")
        return 0 if well else 1
    for number, extract in enumerate(late_extracts(settings, now)):
        line, is_old = extract_line(extract, now), extract.delivered_at is not None
        well = well and is_old  # a night can use what is old, not what is not there
        style = "yellow" if is_old else "bold red"
        reporter.line(f"  {'extracts' if number == 0 else '':<12}{line}", style)
    need = disk_need(warehouse, settings.absolute(settings.extracts))
    reporter.line(f"  disk        the next night {need}", "" if need.is_met else "bold red")
    return 0 if well and need.is_met else 1


def _tell_alerts(reporter: Reporter) -> bool:
    """Say whether alerts have an address, which is a secret; return False if it is unfit."""
    try:
        told = "go to the address of ALERT_WEBHOOK" if webhook() else "go nowhere: no ALERT_WEBHOOK"
    except BadInputError as error:
        reporter.line(f"  alerts      {error}", "bold red")
        return False
    reporter.line(f"  alerts      {told}")
    return True


def _tell_failure(
    last: Mapping[str, Any], warehouse: Warehouse, reporter: Reporter, settings: Settings
) -> None:
    run_id = str(last.get("run_id"))
    reason = str(last.get("reason") or "it ended without saying why").split(" | ")
    reporter.line(f"  last run    {reason[0]}", "bold red")
    for line in reason[1:6]:
        reporter.line(f"              {line}", "red")
    code = last.get("exit_code")
    how = "was killed" if code is None else f"failed with exit code {code}"
    reporter.line(f"              run {run_id} {how}, {_local(last.get('ended_at'), settings)}")
    reporter.line(f"              log {warehouse.log(run_id)}")
    if code in _MAY_BE_CONTINUED and warehouse.generation(run_id).exists():
        reporter.line(f"              it may be continued: {_resume_command(last, settings)}")


def _resume_command(last: Mapping[str, Any], settings: Settings) -> str:
    """Return the command that continues a run: of its company, from the extracts that it read."""
    company = str(last.get("company") or settings.company)
    extracts = str(last.get("extracts") or "")
    prefix = settings.of_company(company).command_prefix
    if not extracts:
        prefix += "EXTRACTS=<folder> "
    elif (company, extracts) != ("demo", DEMO_EXTRACTS):
        prefix += f"EXTRACTS={shlex.quote(extracts)} "
    return f"{prefix}make resume"


def _local(text: object, settings: Settings) -> str:
    """Return a moment of a record in the time zone of the settings."""
    from zoneinfo import ZoneInfo

    at = moment(text)
    return f"{at.astimezone(ZoneInfo(settings.time_zone)):%Y-%m-%d %H:%M %Z}" if at else "unknown"


def main() -> int:
    """Print the status of the warehouse that the environment names."""
    reporter = Reporter()
    try:
        return print_status(Settings.from_environment(for_night=False), reporter, datetime.now(UTC))
    except NightError as error:
        for line in error.lines:
            reporter.line(line, "bold red")
        return int(error.exit_code)


if __name__ == "__main__":
    sys.exit(main())
