"""What Dagster loads: the assets, checks, jobs, schedule and sensors of this project."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.checks.suites import AFTER_CORE, AFTER_MARTS
from orchestration.ops.loading import load_manifest
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings
from orchestration.wiring import assets, jobs, sensors
from orchestration.wiring.manifest import with_attached_tests
from orchestration.wiring.months import monthly_extract
from orchestration.wiring.resource import night_resource


def build_definitions(
    settings: Settings, manifest: Mapping[str, Any], night: Night | None = None
) -> dg.Definitions:
    """Return the definitions; without a night at hand each run opens one of its own.

    With one they hold its job alone, and nothing is asked of the published warehouse.
    """
    manifest = with_attached_tests(manifest)
    tables = assets.night_tables(settings, manifest)
    landing = assets.landing_asset(tables)
    up_to_core, marts = assets.dbt_steps(manifest)
    steps = [landing, up_to_core, marts, *assets.publishing_assets(up_to_core, marts)]
    months = [] if night else [monthly_extract(settings)]
    nightly = jobs.nightly_job(months)
    whole = frozenset(key for step in steps for key in step.keys)
    return dg.Definitions(
        assets=[*assets.extract_assets(tables), *steps, *months],
        asset_checks=[
            *assets.expectation_checks(settings, AFTER_CORE, "expectations", up_to_core),
            *assets.expectation_checks(settings, AFTER_MARTS, "expectations_of_marts", marts),
        ],
        jobs=[nightly, *map(jobs.monthly_job, months)],
        schedules=[jobs.nightly_schedule(settings, nightly)],
        sensors=[
            sensors.new_extracts(settings, nightly),
            sensors.freshness_sensor(settings, tables),
            sensors.failure_sensor(settings),
        ],
        resources={"night": night or night_resource(settings, manifest, whole)},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Return the definitions for Dagster's own tools."""
    settings = Settings.from_environment()
    return build_definitions(settings, load_manifest(settings))
