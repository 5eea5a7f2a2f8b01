"""What operators do between nights, as commands: ``python -m orchestration.ops.operations <what>``.

`rollback` (TO, WHY), `backup` (TO), `restore` (FROM, WHY). Each holds the lock of the warehouse, so
that no night runs beside it (exit code 4), and each is noted in ``audit/operations.jsonl`` with who
did it, when and why. The work itself is in ``publishing``.
"""

import argparse
import getpass
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.ops.disk import size
from orchestration.ops.exits import BadInputError, ExitCode, NightError, exit_code_of
from orchestration.ops.progress import Reporter
from orchestration.ops.settings import RUN_ID, Settings
from orchestration.publishing.backup import back_up, read_manifest, restore
from orchestration.publishing.files import append_json_line
from orchestration.publishing.generations import Warehouse, refuse_other_company
from orchestration.publishing.lock import run_lock
from orchestration.publishing.rollback import roll_back


def operate(what: str, settings: Settings, reporter: Reporter) -> int:
    """Carry out an operation with the lock held; return 0. Raises ``NightError``."""
    warehouse = Warehouse(settings.absolute(settings.warehouse))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    noted = {
        "operation": what,
        "at": now,
        "who": who(),
        "why": os.environ.get("WHY") or "no reason given",
    }
    holder: dict[str, str | int] = {
        "pid": os.getpid(),
        "run_id": f"({what})",
        "started_at": now,
        "company": settings.company,
    }
    if what != "restore" and not warehouse.root.is_dir():
        raise BadInputError(f"there is no warehouse in {warehouse.root}")
    with run_lock(warehouse.root, holder):
        detail = {"rollback": _rollback, "backup": _backup, "restore": _restore}[what](
            warehouse, settings, reporter
        )
        append_json_line(warehouse.operations, {**noted, **detail})
    return int(ExitCode.PUBLISHED)


def who() -> str:
    """Return the user and machine that an operation is noted under."""
    try:
        user = os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # a container may have no entry for the user
        user = f"uid {os.getuid()}"
    return f"{user}@{socket.gethostname()}"


def _rollback(warehouse: Warehouse, settings: Settings, reporter: Reporter) -> dict[str, Any]:
    wanted = os.environ.get("TO", "")
    if wanted and not RUN_ID.fullmatch(wanted):
        raise BadInputError(f"TO: expected the id of a run; found {wanted!r}")
    refuse_other_company(warehouse, settings.company, "this rollback")
    before, after = roll_back(warehouse, wanted)
    reporter.line(f"Published is now run {after}; before it was run {before}.")
    undo = f"{settings.command_prefix}make rollback TO={before}"
    reporter.line(f"The next night publishes anew; `{undo}` undoes this.")
    return {"from": before, "to": after}


def _backup(warehouse: Warehouse, settings: Settings, reporter: Reporter) -> dict[str, Any]:
    folder = back_up(warehouse, _folder("TO"))
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    reporter.line(f"Backed up to {folder} ({size(total)}).")
    for name in read_manifest(folder)["left_out"]:
        reporter.line(f"Left out is {name}: the extract that it links to is gone.", "yellow")
    reporter.line("It holds names of people: keep it where only those may read it who may.")
    return {"to": str(folder)}


def _restore(warehouse: Warehouse, settings: Settings, reporter: Reporter) -> dict[str, Any]:
    folder = _folder("FROM")
    before = warehouse.linked(warehouse.current)
    run_id = restore(warehouse, folder)
    reporter.line(f"Published is now run {run_id}, restored from {folder}.")
    return {"from": str(folder), "to": run_id, "before": before}


def _folder(variable: str) -> Path:
    value = os.environ.get(variable, "")
    if not value:
        raise BadInputError(f"{variable}: expected a folder; not set")
    return Path(value).expanduser().absolute()


def main() -> int:
    """Carry out what the command line names; return its exit code."""
    parser = argparse.ArgumentParser(description="Operations between nights.")
    parser.add_argument("what", choices=["rollback", "backup", "restore"])
    what = parser.parse_args().what
    reporter = Reporter()
    try:
        return operate(what, Settings.from_environment(for_night=False), reporter)
    except NightError as error:
        for line in error.lines:
            reporter.line(line, "bold red")
        return int(error.exit_code)
    except OSError as error:
        reporter.line(f"{what} did not finish: {error}", "bold red")
        return int(exit_code_of(error))


if __name__ == "__main__":
    sys.exit(main())
