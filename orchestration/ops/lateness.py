"""Is something late? The published warehouse by its age, each extract by that of its files.

``python -m orchestration.ops.lateness`` answers for a timer: exit code 0 if all is in time, 1 if
not, and then the webhook is told, once a day. A look that fails is told as well, and never ends
with 0 or 1.
"""

import os
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from orchestration.landing.declarations import read_freshness, read_system
from orchestration.landing.files import find_deliveries
from orchestration.ops import alerts
from orchestration.ops.causes import cause_of, words_of
from orchestration.ops.exits import ExitCode, NightError, exit_code_of
from orchestration.ops.settings import Settings
from orchestration.publishing.files import moment, read_json_lines
from orchestration.publishing.generations import Warehouse, read_run_file
from orchestration.publishing.lock import lock_holder
from orchestration.publishing.publish import killed_run

REFUSED = "refused"  # what a night is noted as, among the operations, that found the lock held


@dataclass(frozen=True, slots=True)
class Delivered:
    """The files that are there of a table: when the newest came, how many, how many bytes."""

    system: str
    table: str
    at: datetime
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class LateExtract:
    """A table whose newest file is older than its limit, or which was never delivered.

    ``table`` is empty where there is not even a folder; ``never`` says what is not there.
    """

    table: str
    delivered_at: datetime | None = None
    limit_hours: int | None = None
    never: str = ""


def delivered_tables(settings: Settings) -> list[Delivered]:
    """Return the tables of all systems of which there are files."""
    folder = settings.absolute(settings.extracts)
    tables = []
    for system in settings.systems():
        deliveries, _ = find_deliveries([read_system(settings.project_root, system)], folder)
        for delivery in deliveries:
            states = [file.path.stat() for file in delivery.files]
            if states:
                newest = datetime.fromtimestamp(max(state.st_mtime for state in states), UTC)
                size = sum(state.st_size for state in states)
                tables.append(Delivered(system, delivery.table.name, newest, len(states), size))
    return tables


def late_extracts(settings: Settings, now: datetime) -> list[LateExtract]:
    """Return what is late: required tables without a file, then old files, the oldest first.

    Old are the files of a table with a limit if the newest of them is older than it.
    """
    if not settings.absolute(settings.extracts).is_dir():
        return [LateExtract("", never=f"there is no folder {settings.extracts}")]
    delivered = {(found.system, found.table): found for found in delivered_tables(settings)}
    never, old = [], []
    for name in settings.systems():
        limits = read_freshness(settings.project_root, name)
        for table in read_system(settings.project_root, name).tables:
            found, limit = delivered.get((name, table.name)), limits.get(table.name)
            if found is None and table.is_required:
                never.append(LateExtract(table.name, never=f"no file in {settings.extracts}"))
            elif found and limit is not None and now - found.at > timedelta(hours=limit):
                old.append((found.at, LateExtract(table.name, found.at, limit)))
    return never + [extract for _, extract in sorted(old, key=lambda pair: pair[0])]


def published_at(warehouse: Warehouse) -> datetime | None:
    """Return when the published generation was made, None without one."""
    run_id = warehouse.linked(warehouse.current)
    if run_id is None:
        return None
    return moment(read_run_file(warehouse.generation(run_id)).get("ended_at"))


def why_late(settings: Settings, now: datetime) -> list[str]:
    """Return why the published warehouse is too old, the cause first; nothing if it is not."""
    warehouse = Warehouse(settings.absolute(settings.warehouse))
    made = published_at(warehouse)
    limit = settings.late_after_hours
    if made is not None and now - made <= timedelta(hours=limit):
        return []
    age = (
        f"the published warehouse is {hours(now - made)} old; the limit is {limit} h"
        if made
        else "nothing is published yet"
    )
    holder = lock_holder(warehouse.root)
    last = last_run(warehouse)
    if holder is not None:
        cause = f"run {holder.get('run_id')} has been at work since {holder.get('started_at')}"
    elif last and last.get("outcome") != "published":
        told = (last.get("cause") or ["it ended without saying why"])[0]
        code = last.get("exit_code")
        how = "killed" if code is None else f"exit {code}"
        cause = f"{told} (run {last.get('run_id')}, {how})"
    elif back := _taken_back(warehouse):
        cause = back
    elif refused := _refused(warehouse, settings.company, made):
        cause = refused
    else:
        cause = "no night was started since the last one" if made else "no night was started yet"
    return [cause, age]


def last_run(warehouse: Warehouse) -> Mapping[str, Any] | None:
    """Return the record of the run that ended last, None without one.

    A run that was killed, by the machine for one, could not write it; it is told all the same.
    """
    lines = read_json_lines(warehouse.runs)
    killed = killed_run(warehouse) if lock_holder(warehouse.root) is None else None
    return killed or (lines[-1] if lines else None)


def _taken_back(warehouse: Warehouse) -> str:
    """Return who published the current generation by hand though there is a newer one."""
    current = warehouse.linked(warehouse.current)
    operations = [line for line in read_json_lines(warehouse.operations) if line.get("to")]
    chosen = [line for line in operations if line.get("operation") in ("rollback", "restore")]
    if not chosen or chosen[-1].get("to") != current:
        return ""
    done = "rolled back" if chosen[-1]["operation"] == "rollback" else "restored"
    return f"{done} by {chosen[-1].get('who')} at {chosen[-1].get('at')}"


def _refused(warehouse: Warehouse, company: str, since: datetime | None) -> str:
    """Return which night another run kept from starting since a moment, the last of them."""
    for line in reversed(read_json_lines(warehouse.operations)):
        if (line.get("operation"), line.get("company")) == (REFUSED, company):
            at = moment(line.get("at"))
            if at is not None and (since is None or at > since):
                return f"the night of {line['at']} did not start: {line.get('why')}"
            break
    return ""


def tell_if_late(settings: Settings, now: datetime) -> tuple[list[str], str]:
    """Send an alert for each kind of lateness; return what is late and what kept it unsent."""
    warehouse = Warehouse(settings.absolute(settings.warehouse))
    told: list[str] = []
    wrong: list[str] = []
    cause = why_late(settings, now)
    if cause:
        told += cause
        keys = [f"late {warehouse.linked(warehouse.current)}"]
        message = alerts.lateness_message(settings.company, cause)
        wrong.append(alerts.send_once(warehouse, keys, message))
    extracts = late_extracts(settings, now)
    if extracts:
        lines = [extract_line(extract, now) for extract in extracts]
        told += lines
        keys = [
            f"late {each.table} "
            + (f"{each.delivered_at:%Y-%m-%dT%H:%M}" if each.delivered_at else "never delivered")
            for each in extracts
        ]
        message = alerts.lateness_message(settings.company, lines, "an extract")
        wrong.append(alerts.send_once(warehouse, keys, message))
    return told, "; ".join(text for text in wrong if text)


def extract_line(extract: LateExtract, now: datetime) -> str:
    """Return what is told of a late extract."""
    if extract.delivered_at is None:
        what = f"{extract.table} was never" if extract.table else "nothing was ever"
        return f"{what} delivered: {extract.never}"
    return (
        f"{extract.table} was delivered {hours(now - extract.delivered_at)} ago; "
        f"the limit is {extract.limit_hours} h"
    )


def hours(age: timedelta) -> str:
    """Return an age as a person says it: hours, from three days on days."""
    total = age.total_seconds() / 3600
    return f"{total:.0f} h" if total < 72 else f"{total / 24:.0f} days"


def main() -> int:
    """Print what is late and tell the webhook; return 1 if anything is.

    Whatever keeps this from being known is told too, with its traceback, and answered with the
    exit code of a night that ends so; 5 stands for what has no code of its own.
    """
    settings: Settings | None = None
    try:
        settings = Settings.from_environment()
        told, wrong = tell_if_late(settings, datetime.now(UTC))
    except Exception as error:
        if not isinstance(error, NightError):
            traceback.print_exc()
        for line in words_of(error):
            print(line, file=sys.stderr)
        code, wrong = tell_failure(settings, error)
        if wrong and wrong not in words_of(error):
            print(wrong, file=sys.stderr)
        return int(code)
    for line in told:
        print(line)
    if wrong:
        print(wrong, file=sys.stderr)
    return 1 if told else 0


def tell_failure(settings: Settings | None, error: Exception) -> tuple[ExitCode, str]:
    """Tell the webhook that nobody knows what is late, the same once a day.

    Return the exit code of that, which is never the one of lateness, and what kept it unsent.
    """
    code = exit_code_of(error)
    code = ExitCode.MACHINE if code is ExitCode.OTHER else code
    company = settings.company if settings else os.environ.get("COMPANY", "demo")
    record = {"company": company, "exit_code": int(code), "cause": cause_of(error)}
    message = alerts.failed_job_message("lateness", record)
    if settings is None:
        return code, alerts.send(message)
    warehouse = Warehouse(settings.absolute(settings.warehouse))
    key = f"lateness failed: {message['cause'][0]}"
    return code, alerts.send_once(warehouse, [key], message)


if __name__ == "__main__":
    sys.exit(main())
