"""What watches: new extracts, runs that failed, and whatever is late."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from orchestration.landing.declarations import read_system
from orchestration.landing.files import find_deliveries
from orchestration.ops import alerts
from orchestration.ops.causes import public_cause
from orchestration.ops.fingerprints import extracts_fingerprint
from orchestration.ops.lateness import last_run, tell_if_late
from orchestration.ops.settings import Settings
from orchestration.publishing.files import read_json_lines
from orchestration.publishing.generations import Warehouse
from orchestration.wiring.tables import LandedTable
from orchestration.wiring.translator import extract_key

LOOK_EVERY_SECONDS = 60
LATENESS_EVERY_SECONDS = 600


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
        seen = extracts_fingerprint(settings)
        last = last_run(Warehouse(settings.absolute(settings.warehouse))) or {}
        if (last.get("fingerprints") or {}).get("extracts") == seen:
            return dg.SensorResult(skip_reason="the last run has read these extracts", cursor=seen)
        if context.cursor != seen:
            reason = "the extracts have changed since the last look; waiting until they rest"
            return dg.SensorResult(skip_reason=reason, cursor=seen)
        return dg.SensorResult([dg.RunRequest(run_key=seen)], cursor=seen)

    return sensor


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
        events, delivered = _deliveries(settings, known, limits, now)
        told, wrong = tell_if_late(settings, now)
        return dg.SensorResult(
            skip_reason="; ".join([*told, wrong]).strip("; ") or "nothing is late",
            cursor=json.dumps(delivered),
            asset_events=events,
        )

    return sensor


def failure_sensor(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor that tells the webhook of runs that could not do so themselves.

    A night that failed has told already, with its cause; this is for a run that was killed, that
    found the lock held, or that was no night.
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
        wrong = alerts.send(
            alerts.failure_message(
                {
                    "cause": run_cause(context),
                    "company": settings.company,
                    "run_id": run.run_id,
                    "exit_code": None,
                }
            )
        )
        return dg.SkipReason(wrong or "told")

    return sensor


def run_cause(context: dg.RunFailureSensorContext) -> list[str]:
    """Return why a run failed, the innermost error first."""
    event = context.failure_event
    error = getattr(event.event_specific_data, "error", None)
    messages: list[str] = []
    while error is not None:
        messages.insert(0, str(error.message))
        error = error.cause
    return public_cause([*messages, str(event.message or "")]) or ["the run failed"]


def _deliveries(
    settings: Settings, known: dict[str, float], limits: dict[str, int | None], now: datetime
) -> tuple[list[dg.AssetMaterialization], dict[str, float]]:
    """Return an event for each table with newer files than known, and what is known after it.

    What is older than its limit when first seen is no fresh delivery and is not reported as one.
    """
    root = settings.project_root
    events = []
    delivered = dict(known)
    folder = settings.absolute(settings.extracts)
    for system in settings.systems():
        found, _ = find_deliveries([read_system(root, system)], folder)
        for delivery in found:
            if not delivery.files:
                continue
            name = f"{system}.{delivery.table.name}"
            states = [file.path.stat() for file in delivery.files]
            newest = max(state.st_mtime for state in states)
            if newest <= known.get(name, 0.0):
                continue
            delivered[name] = newest
            at = datetime.fromtimestamp(newest, UTC)
            limit = limits.get(name)
            if limit and now - at > timedelta(hours=limit):
                continue
            events.append(
                dg.AssetMaterialization(
                    asset_key=extract_key(system, delivery.table.name),
                    metadata={
                        "files": len(states),
                        "bytes": sum(state.st_size for state in states),
                        "delivered at": dg.MetadataValue.timestamp(at),
                    },
                )
            )
    return events, delivered
