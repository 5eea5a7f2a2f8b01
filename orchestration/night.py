"""One night, from extracts to a published warehouse: ``python -m orchestration.night``.

Here stands the frame around the Dagster job: settings, lock, leftovers, the record of the run and
its exit code. What the steps do is written elsewhere.
"""

import contextlib
import logging
import os
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

from orchestration.ops.dbt import DbtError
from orchestration.ops.exits import ExitCode, NightError, exit_code_of
from orchestration.ops.progress import Reporter
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings
from orchestration.ops.summary import print_summary
from orchestration.publishing.files import append_json_line, write_json
from orchestration.publishing.generations import RUN_FILE, Warehouse
from orchestration.publishing.lock import run_lock
from orchestration.publishing.publish import record_interrupted, settle

_QUIET = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


def main() -> int:
    """Run one night and return its exit code."""
    os.environ.update(_QUIET)
    reporter = Reporter()
    try:
        settings = Settings.from_environment()
        os.chdir(settings.project_root)
        return run_night(settings, reporter)
    except NightError as error:
        for line in error.lines:
            reporter.line(line, "bold red")
        return int(error.exit_code)
    except KeyboardInterrupt:
        reporter.line("interrupted", "bold red")
        return int(ExitCode.OTHER)
    except Exception as error:
        traceback.print_exc()
        return int(exit_code_of(error))
    finally:
        reporter.close()


def run_night(settings: Settings, reporter: Reporter) -> int:
    """Hold the lock, build, judge, publish, record; return the exit code."""
    night = Night(settings, reporter)
    holder: dict[str, str | int] = {
        "pid": os.getpid(),
        "run_id": night.run_id,
        "started_at": night.started_at.isoformat(timespec="seconds"),
        "company": settings.company,
    }
    with (
        run_lock(night.warehouse.root, holder),
        run_lock(night.dbt.target, holder),  # two warehouses may share one target folder
    ):
        reporter.line(f"Night of {settings.company}, run {night.run_id}")
        _clean_up(night.warehouse, reporter)
        code = ExitCode.OTHER
        try:
            night.log.parent.mkdir(parents=True, exist_ok=True)
            with night.log.open("a", encoding="utf-8") as log:
                code = _build(night, log)
        except BaseException as error:
            code = exit_code_of(error)
            night.failure = night.failure or error
            if not night.is_published:
                raise
        finally:
            code = _finish(night, code)
    if code is ExitCode.PUBLISHED:
        _summarise(night)
    return int(code)


def _summarise(night: Night) -> None:
    """Print what the published warehouse says; what is published stays so if that fails."""
    try:
        print_summary(night.warehouse, night.reporter)
    except (Exception, KeyboardInterrupt) as error:
        night.reporter.line(f"  published, but not summarised: {error!r}", "bold red")


def _clean_up(warehouse: Warehouse, reporter: Reporter) -> None:
    """Remove what earlier runs left and name what still runs."""
    leftovers = warehouse.clean_leftovers()
    record_interrupted(warehouse, leftovers)
    for leftover in leftovers:
        if not leftover.removed:
            reporter.line(
                f"  generation {leftover.run_id} is left from an earlier run and still open in "
                f"process {leftover.holder or 'unknown'}; it is kept until that has ended",
                "yellow",
            )


def _build(night: Night, log: TextIO) -> ExitCode:
    """Run the job with all that it prints going to the log; print why it failed if it did."""
    handler = logging.StreamHandler(log)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
            with night.step("prepare"):
                night.prepare()
                night.reporter.end("prepare", f"{len(night.manifest['nodes'])} dbt nodes")
            _execute(night)
    except Exception as error:
        night.failure = night.failure or error
        traceback.print_exception(error, file=log)
    finally:
        with contextlib.redirect_stdout(log):
            _close(night, log)
    if night.is_published:
        return ExitCode.PUBLISHED
    failure = night.failure or RuntimeError("the job ended without publishing; the log says why")
    lines: list[str] = [str(failure).splitlines()[0]] if str(failure) else [repr(failure)]
    code = exit_code_of(failure)
    if isinstance(failure, NightError):
        lines = list(failure.lines)
    told = isinstance(failure, NightError) and not isinstance(failure, DbtError)
    if night.manifest and not told and code is not ExitCode.MACHINE:
        verdict = night.judge()
        if verdict.failed:
            lines, code = night.explain(verdict), verdict.exit_code
    night.failure_lines = lines
    for line in lines:
        night.reporter.line(f"  {line}", "red")
    return code


def _close(night: Night, log: TextIO) -> None:
    """End what still waits; the outcome stands already, so a failure here is only logged."""
    try:
        night.close()
    except Exception as error:
        traceback.print_exception(error, file=log)


def _execute(night: Night) -> None:
    """Run the nightly job in this process."""
    import dagster as dg

    from orchestration.definitions import JOB, build_definitions

    job = build_definitions(night).resolve_job_def(JOB)
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    if not result.success and night.failure is None:
        failures = [event for event in result.all_events if event.is_failure]
        night.failure = RuntimeError(failures[0].message if failures else "the job failed")


def _finish(night: Night, code: ExitCode) -> ExitCode:
    """Write the run record, whatever happened; return the code that the night ends with.

    What `current` names is published, whatever went wrong after the swap.
    """
    reporter = night.reporter
    if night.is_published:
        _finish_published(night)
        return ExitCode.PUBLISHED
    why = " | ".join(night.failure_lines) or repr(night.failure)
    record = night.record("failed", code, why)
    with contextlib.suppress(OSError):
        append_json_line(night.warehouse.runs, record)
        folder = night.warehouse.generation(night.run_id)
        if folder.exists():
            write_json(folder / RUN_FILE, record)
    kept = "the published warehouse is untouched"
    reporter.line(f"  not published (exit {int(code)}); {kept}; log {night.log}", "bold red")
    return code


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


if __name__ == "__main__":
    sys.exit(main())
