"""The frame of every night, whoever starts it: lock, leftovers, judgement, record, alert.

`make nightly` and a run of Dagster go through the same one, so that they end alike.
"""

import contextlib
import os
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from orchestration.ops import alerts
from orchestration.ops.causes import cause_of, words_of
from orchestration.ops.dbt import DbtError
from orchestration.ops.exits import ExitCode, LockedError, NightError, exit_code_of
from orchestration.ops.lateness import REFUSED
from orchestration.ops.progress import Reporter
from orchestration.ops.resume import run_to_resume
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings
from orchestration.publishing.files import append_json_line, write_json
from orchestration.publishing.generations import RUN_FILE, Warehouse, refuse_other_company
from orchestration.publishing.lock import run_lock
from orchestration.publishing.publish import record_interrupted, settle


@contextlib.contextmanager
def locks(night: Night) -> Iterator[Callable[[], None]]:
    """Hold the locks of the warehouse and of dbt's target folder, which two may share if told so.

    What it yields names the night in them once more, for one that has become another run. Raises
    ``BadInputError`` if the warehouse is that of another company.
    """

    def holder() -> dict[str, str | int]:
        return {
            "pid": os.getpid(),
            "run_id": night.run_id,
            "started_at": night.started_at.isoformat(timespec="seconds"),
            "company": night.settings.company,
        }

    with (
        run_lock(night.warehouse.root, holder()) as name,
        run_lock(night.dbt.target, holder()) as name_target,
    ):

        def name_again() -> None:
            name(holder())
            name_target(holder())

        refuse_other_company(night.warehouse, night.settings.company, "this night")
        yield name_again


@contextlib.contextmanager
def _refusal_noted(night: Night) -> Iterator[None]:
    """Note a night that another run kept from starting, which has no record, for lateness."""
    try:
        yield
    except LockedError as error:
        note = {
            "operation": REFUSED,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "company": night.settings.company,
            "why": str(error),
        }
        with contextlib.suppress(OSError):
            append_json_line(night.warehouse.operations, note)
        raise


@contextlib.contextmanager
def opened_night(
    settings: Settings, reporter: Reporter, dagster_run_id: str = ""
) -> Iterator[Night]:
    """Hold the locks and hand over a night; when its steps are through, judge and record it.

    An ``Exception`` of the steps is the night's failure: it is recorded and does not get out.
    ``exit_code`` of the night says how it ended.
    """
    night = Night(settings, reporter, dagster_run_id=dagster_run_id)
    with _refusal_noted(night), locks(night) as name_again:
        if settings.resume:
            night.continue_run(run_to_resume(settings, night.warehouse))
            name_again()
        verb = "Continuing night" if night.resumed else "Night"
        reporter.line(f"{verb} of {settings.company}, run {night.run_id}")
        _clean_up(night.warehouse, reporter, night.run_id if night.resumed else "")
        night.log.parent.mkdir(parents=True, exist_ok=True)
        try:
            try:
                yield night
            except Exception as error:
                night.failure = night.failure or error
            _conclude(night)
        except BaseException as error:
            night.exit_code = exit_code_of(error)
            night.failure = night.failure or error
            night.failure_lines = night.failure_lines or words_of(night.failure)
            night.failure_cause = night.failure_cause or cause_of(night.failure)
            with contextlib.suppress(Exception):
                night.close()
            if not night.is_published and not isinstance(error, Exception):
                raise
        finally:
            _finish(night)


def prepare(night: Night) -> None:
    """Prepare a night as a step of its own."""
    with night.step("prepare"):
        night.prepare()
        night.reporter.end("prepare", f"{len(night.manifest['nodes'])} dbt nodes")


def _clean_up(warehouse: Warehouse, reporter: Reporter, keep: str) -> None:
    """Remove what earlier runs left, but not the one to be continued; name what still runs."""
    leftovers = warehouse.clean_leftovers(keep)
    record_interrupted(warehouse, leftovers, keep)
    for leftover in leftovers:
        if not leftover.removed:
            reporter.line(
                f"  generation {leftover.run_id} is left from an earlier run and still open in "
                f"process {leftover.holder or 'unknown'}; it is kept until that has ended",
                "yellow",
            )


def _conclude(night: Night) -> None:
    """End what still waits; if nothing was published, find out why and say it."""
    with night.log.open("a", encoding="utf-8") as log, contextlib.redirect_stdout(log):
        if night.failure is not None:
            traceback.print_exception(night.failure, file=log)
        try:
            night.close()
        except Exception as error:  # the outcome stands already
            traceback.print_exception(error, file=log)
    if night.is_published:
        return
    failure = night.failure or RuntimeError("the job ended without publishing; the log says why")
    night.failure = failure
    lines, public, code = words_of(failure), cause_of(failure), exit_code_of(failure)
    told = isinstance(failure, NightError) and not isinstance(failure, DbtError)
    if night.manifest and not told and code is not ExitCode.MACHINE:
        verdict = night.judge()
        if verdict.failed:
            failed = night.error_of(verdict)
            lines, public, code = words_of(failed), cause_of(failed), failed.exit_code
    night.failure_lines, night.failure_cause, night.exit_code = lines, public, code
    for line in lines:
        night.reporter.line(f"  {line}", "red")


def _finish(night: Night) -> None:
    """Write the run record, whatever happened, and tell those who do not look.

    What `current` names is published, whatever went wrong after the swap.
    """
    reporter, code = night.reporter, night.exit_code
    if night.is_published:
        night.exit_code = ExitCode.PUBLISHED
        _finish_published(night)
        return
    why = " | ".join(night.failure_lines) or repr(night.failure)
    record = night.record("failed", code, why)
    with contextlib.suppress(OSError):
        append_json_line(night.warehouse.runs, record)
        folder = night.warehouse.generation(night.run_id)
        if folder.exists():
            write_json(folder / RUN_FILE, record)
    kept = "the published warehouse is untouched"
    reporter.line(f"  not published (exit {int(code)}); {kept}; log {night.log}", "bold red")
    wrong = alerts.send(alerts.failure_message(record))
    if wrong:
        reporter.line(f"  {wrong}", "yellow")


def _finish_published(night: Night) -> None:
    """Do what is left to do after the swap; what fails of it is a warning."""
    reporter, troubles = night.reporter, [night.failure] if night.failure else []
    removed: list[str] = []
    try:
        settle(night.warehouse)
        removed = night.warehouse.prune(night.settings.keep_generations)
    except (Exception, KeyboardInterrupt) as error:
        troubles.append(error)
    note = f", {len(removed)} old generation(s) removed" if removed else ""
    seconds = (datetime.now(UTC) - night.started_at).total_seconds()
    reporter.line(f"  published after {seconds:.1f} s{note}; log {night.log}")
    for trouble in troubles:
        reporter.line(f"  after the warehouse was published: {trouble!r}", "yellow")
