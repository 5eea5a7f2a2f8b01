"""One night, from extracts to a published warehouse: ``python -m orchestration.night``.

Runs the Dagster job of a night in this process. Lock, record and exit code are in
``ops.lifecycle``, what the steps do is written elsewhere.
"""

import contextlib
import logging
import os
import sys
import traceback
from typing import TextIO

from orchestration.ops import alerts
from orchestration.ops.causes import cause_of, words_of
from orchestration.ops.dry_run import dry_run
from orchestration.ops.exits import ExitCode, NightError, exit_code_of
from orchestration.ops.interrupts import interruptible
from orchestration.ops.lifecycle import opened_night, prepare
from orchestration.ops.progress import Reporter
from orchestration.ops.run import Night
from orchestration.ops.settings import NO_TELEMETRY, Settings
from orchestration.ops.summary import print_summary


def main() -> int:
    """Run one night and return its exit code."""
    os.environ.update(NO_TELEMETRY)
    reporter = Reporter()
    try:
        with interruptible():
            settings = Settings.from_environment()
            os.chdir(settings.project_root)
            whole = run_night if not settings.dry_run else dry_run
            return whole(settings, reporter)
    except KeyboardInterrupt:
        reporter.line("interrupted", "bold red")
        return int(ExitCode.OTHER)
    except Exception as error:
        if not isinstance(error, NightError | OSError):
            traceback.print_exc()
        for line in words_of(error):
            reporter.line(line, "bold red")
        wrong = _tell(error)
        if wrong and wrong not in words_of(error):
            reporter.line(wrong, "yellow")
        return int(exit_code_of(error))
    finally:
        reporter.close()


def _tell(error: Exception) -> str:
    """Tell the webhook why a night never began; return what kept that from it.

    Somebody at the keyboard has read it.
    """
    asked = os.environ.get("DRY_RUN") or os.environ.get("RESUME")
    code = exit_code_of(error)
    if code is ExitCode.LOCKED or asked:
        return ""
    record = {"company": os.environ.get("COMPANY", "demo"), "exit_code": int(code)}
    return alerts.send(alerts.failure_message({**record, "cause": cause_of(error)}))


def run_night(settings: Settings, reporter: Reporter) -> int:
    """Build, judge, publish, record; return the exit code."""
    with opened_night(settings, reporter) as night, night.log.open("a", encoding="utf-8") as log:
        _log_to(log)
        with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
            prepare(night)
            _execute(night)
    if night.exit_code is ExitCode.PUBLISHED:
        _summarise(night)
    return int(night.exit_code)


def _summarise(night: Night) -> None:
    """Print what the published warehouse says; what is published stays so if that fails."""
    try:
        print_summary(night.warehouse, night.reporter, night.settings.command_prefix)
    except (Exception, KeyboardInterrupt) as error:
        night.reporter.line(f"  published, but not summarised: {error!r}", "bold red")


def _log_to(log: TextIO) -> None:
    handler = logging.StreamHandler(log)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _execute(night: Night) -> None:
    """Run the nightly job in this process."""
    import dagster as dg

    from orchestration.definitions import build_definitions
    from orchestration.wiring.jobs import NIGHTLY

    job = build_definitions(night.settings, night.manifest, night).resolve_job_def(NIGHTLY)
    with dg.DagsterInstance.ephemeral() as instance:
        try:
            result = job.execute_in_process(
                instance=instance,
                raise_on_error=False,
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
        except dg.DagsterExecutionInterruptedError as error:
            raise KeyboardInterrupt from error
    if not result.success and night.failure is None:
        failures = [event for event in result.all_events if event.is_step_failure]
        for failure in failures:
            print(failure.step_failure_data.error)
        night.failure = RuntimeError(failures[0].message if failures else "the job failed")


if __name__ == "__main__":
    sys.exit(main())
