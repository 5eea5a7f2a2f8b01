"""What watches: new extracts, runs that failed, and whatever is late."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from orchestration.ops import alerts
from orchestration.ops.causes import public_cause
from orchestration.ops.exits import LockedError
from orchestration.ops.fingerprints import extracts_fingerprint
from orchestration.ops.lateness import delivered_tables, last_run, tell_failure, tell_if_late
from orchestration.ops.settings import Settings
from orchestration.publishing.files import moment, read_json_lines
from orchestration.publishing.generations import Warehouse
from orchestration.publishing.lock import lock_holder
from orchestration.wiring.jobs import NIGHTLY
from orchestration.wiring.tables import LandedTable
from orchestration.wiring.translator import extract_key

LOOK_EVERY_SECONDS = 60
LATENESS_EVERY_SECONDS = 600
# A run that ended before it read the extracts is followed by another one after this time.
AGAIN_AFTER = timedelta(hours=1)
# The last asset of a night, whichever way that was launched.
PUBLISHED = "published_warehouse"


def new_extracts(settings: Settings, job: Any) -> dg.SensorDefinition:
    """Return the sensor that starts a night for extracts that no night has seen.

    Files that still change are waited for: two looks in a row must find the same. Off until
    switched on.
    """

    @dg.sensor(name="new_extracts", job=job, minimum_interval_seconds=LOOK_EVERY_SECONDS)
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        """Starts a night when files have arrived and have stopped changing."""
        if not settings.absolute(settings.extracts).is_dir():
            return dg.SensorResult(skip_reason=f"there is no folder {settings.extracts}")
        warehouse = Warehouse(settings.absolute(settings.warehouse))
        seen = extracts_fingerprint(settings)
        last = last_run(warehouse) or {}
        reason = ""
        if lock_holder(warehouse.root) is not None:
            reason = "a run is at work; waiting until it has ended"
        elif _has_read(last, seen):
            reason = "the last run has read these extracts"
        elif context.cursor != seen:
            reason = "the extracts have changed since the last look; waiting until they rest"
        elif _just_failed(last, datetime.now(UTC)):
            reason = "the last run ended before it read them; waiting an hour"
        if reason:
            return dg.SensorResult(skip_reason=reason, cursor=seen)
        # Dagster starts one run for a key, also if that run came to nothing.
        key = f"{seen}-{last.get('run_id')}"
        return dg.SensorResult([dg.RunRequest(run_key=key)], cursor=seen)

    return sensor


def _has_read(run: Mapping[str, Any], extracts: str) -> bool:
    """Return whether a run came as far as reading these extracts, whatever it made of them."""
    steps = {step.get("name") for step in run.get("steps") or () if isinstance(step, dict)}
    same = (run.get("fingerprints") or {}).get("extracts") == extracts
    return same and (run.get("outcome") == "published" or "landing" in steps)


def _just_failed(run: Mapping[str, Any], now: datetime) -> bool:
    ended = moment(run.get("ended_at"))
    failed = run.get("outcome") in ("failed", "killed")
    return failed and ended is not None and now - ended < AGAIN_AFTER


def freshness_sensor(settings: Settings, tables: Sequence[LandedTable]) -> dg.SensorDefinition:
    """Return the sensor that tells Dagster of deliveries and the webhook of what is late."""
    limits = {f"{table.system}.{table.name}": table.freshness_hours for table in tables}

    @dg.sensor(
        name="freshness",
        minimum_interval_seconds=LATENESS_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        """Reports deliveries; alerts when the warehouse or an extract is older than it may be."""
        now = datetime.now(UTC)
        known = json.loads(context.cursor or "{}")
        try:
            events, delivered = _deliveries(settings, known, limits, now)
            told, wrong = tell_if_late(settings, now)
        except Exception as error:
            tell_failure(settings, error)
            raise
        return dg.SensorResult(
            skip_reason="; ".join([*told, wrong]).strip("; ") or "nothing is late",
            cursor=json.dumps(delivered),
            asset_events=events,
        )

    return sensor


def failure_sensor(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor that tells the webhook of runs that could not do so themselves.

    A night that failed has told already, with its cause; this is for a run that was killed, or
    that was no night and is told by the name of its job. One that found the lock held is told by
    nobody: another night is at work.
    """
    warehouse = Warehouse(settings.absolute(settings.warehouse))

    @dg.run_failure_sensor(
        name="failed_runs", default_status=dg.DefaultSensorStatus.RUNNING, monitored_jobs=None
    )
    def sensor(context: dg.RunFailureSensorContext) -> dg.SkipReason:
        """Alerts of runs that failed without a record of their own."""
        run = context.dagster_run
        records = read_json_lines(warehouse.runs)
        if any(record.get("dagster_run_id") == run.run_id for record in records):
            return dg.SkipReason("the night has told it itself")
        if any(error.cls_name == LockedError.__name__ for error in _errors(context)):
            return dg.SkipReason("another run held the lock")
        told = {
            "cause": run_cause(context),
            "company": settings.company,
            "run_id": run.run_id,
            "exit_code": None,
        }
        job = job_of(run)
        wrong = alerts.send(
            alerts.failure_message(told)
            if job == NIGHTLY
            else alerts.failed_job_message(job, told)
        )
        return dg.SkipReason(wrong or "told")

    return sensor


def job_of(run: dg.DagsterRun) -> str:
    """Return the name of a run's job; of assets launched by hand, which have none, their names."""
    if not run.job_name.startswith("__"):
        return run.job_name
    names = {key.path[-1] for key in run.asset_selection or ()}
    return NIGHTLY if not names or PUBLISHED in names else ", ".join(sorted(names)[:3])


def run_cause(context: dg.RunFailureSensorContext) -> list[str]:
    """Return why a run failed, the innermost error first."""
    messages = [
        re.sub(rf"^([\w.]+\.)?{re.escape(str(error.cls_name))}: ", "", str(error.message))
        for error in _errors(context)
    ]
    event = str(context.failure_event.message or "")
    return public_cause([*messages, event]) or ["the run failed"]


def _errors(context: dg.RunFailureSensorContext) -> list[Any]:
    """Return the errors of a run, the innermost first."""
    error = getattr(context.failure_event.event_specific_data, "error", None)
    found: list[Any] = []
    while error is not None:
        found.insert(0, error)
        error = error.cause
    return found


def _deliveries(
    settings: Settings, known: dict[str, float], limits: dict[str, int | None], now: datetime
) -> tuple[list[dg.AssetMaterialization], dict[str, float]]:
    """Return an event for each table with newer files than known, and what is known after it.

    What is older than its limit when first seen is no fresh delivery and is not reported as one.
    """
    events = []
    delivered = dict(known)
    for found in delivered_tables(settings):
        name = f"{found.system}.{found.table}"
        if found.at.timestamp() <= known.get(name, 0.0):
            continue
        delivered[name] = found.at.timestamp()
        limit = limits.get(name)
        if limit and now - found.at > timedelta(hours=limit):
            continue
        events.append(
            dg.AssetMaterialization(
                asset_key=extract_key(found.system, found.table),
                metadata={
                    "files": found.files,
                    "bytes": found.bytes,
                    "delivered at": dg.MetadataValue.timestamp(found.at),
                },
            )
        )
    return events, delivered
