"""The jobs, and the schedule of the night."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from orchestration.ops.settings import Settings

NIGHTLY = "nightly"
MONTHLY = "monthly_extract_job"
TWO_AT_NIGHT = "0 2 * * *"


def nightly_job(months: Sequence[dg.AssetsDefinition]) -> Any:
    """Return the job of a whole night, without what only months need; it runs in one process."""
    return dg.define_asset_job(
        NIGHTLY,
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(*months),
        executor_def=dg.in_process_executor,
        description="From extracts to a published warehouse.",
    )


def monthly_job(months: dg.AssetsDefinition) -> Any:
    """Return the job that writes months of the published warehouse as files."""
    return dg.define_asset_job(
        MONTHLY,
        selection=dg.AssetSelection.assets(months),
        executor_def=dg.in_process_executor,
        description="Months of the published warehouse as Parquet files.",
    )


def nightly_schedule(settings: Settings, job: Any) -> dg.ScheduleDefinition:
    """Return the schedule at two o'clock of the settings' time zone, off until switched on."""
    return dg.ScheduleDefinition(
        name="nightly_at_two",
        job=job,
        cron_schedule=TWO_AT_NIGHT,
        execution_timezone=settings.time_zone,
        description="Every night at 02:00, in the time zone NIGHT_TIMEZONE.",
    )
