"""The nightly job as Dagster sees it: wiring only.

landing -> dbt up to core -> expectations -> dbt marts -> expectations of marts -> gate ->
published warehouse. A failing expectation stops what follows the assets that it blocks; the gate
stops the rest.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from orchestration.checks.outcomes import is_judged
from orchestration.checks.suites import AFTER_CORE, AFTER_MARTS, stage_of, suite_tables
from orchestration.ops.dbt import CORE_CALL, MARTS_CALL, UP_TO_CORE
from orchestration.ops.dbt_steps import stream_build
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings

JOB = "nightly"


class _AfterLanding(DagsterDbtTranslator):
    """Every dbt source comes out of landing."""

    def get_asset_key(self, dbt_resource_props: Any) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey("landing")
        return super().get_asset_key(dbt_resource_props)


def build_definitions(night: Night) -> dg.Definitions:
    """Return the assets, checks and the job of one night, which has been prepared."""
    manifest = night.manifest
    translator = _AfterLanding(
        settings=DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True)
    )

    @dg.asset(group_name="landing", description="Typed Parquet of every declared table")
    def landing() -> dg.MaterializeResult[None]:
        with night.step("landing"):
            tables = night.land()
            rows = sum(table.landed_rows for table in tables)
            rejected = sum(table.rejected_rows for table in tables)
            night.reporter.end(
                "landing", f"{len(tables)} tables, {rows:,} rows, {rejected:,} rejected"
            )
        return dg.MaterializeResult(metadata={"tables": len(tables), "rows": rows})

    @dbt_assets(
        manifest=manifest,
        select=UP_TO_CORE,
        name="up_to_core",
        dagster_dbt_translator=translator,
    )
    def up_to_core(context: dg.AssetExecutionContext) -> Iterator[Any]:
        yield from stream_build(night, CORE_CALL, context, translator)

    @dbt_assets(
        manifest=manifest,
        select="fqn:*",
        exclude=UP_TO_CORE,
        name="marts",
        dagster_dbt_translator=translator,
    )
    def marts(context: dg.AssetExecutionContext) -> Iterator[Any]:
        yield from stream_build(night, MARTS_CALL, context, translator)

    checks = [
        *_expectations(night, AFTER_CORE, "expectations", up_to_core),
        *_expectations(night, AFTER_MARTS, "expectations_of_marts", marts),
    ]

    @dg.asset(deps=[marts, up_to_core], group_name="publishing")
    def gate() -> dg.MaterializeResult[None]:
        with night.step("gate"):
            verdict = night.gate()
            night.reporter.end("gate", f"{len(verdict.outcomes)} checks, all present and passed")
        return dg.MaterializeResult(metadata={"checks": len(verdict.outcomes)})

    @dg.asset(deps=[gate], group_name="publishing")
    def published_warehouse() -> dg.MaterializeResult[None]:
        with night.step("publish"):
            path = night.publish()
            night.reporter.end("publish", str(path))
        return dg.MaterializeResult(metadata={"path": str(path)})

    return dg.Definitions(
        assets=[landing, up_to_core, marts, gate, published_warehouse],
        asset_checks=checks,
        jobs=[
            dg.define_asset_job(
                JOB,
                selection=dg.AssetSelection.all(),
                executor_def=dg.in_process_executor,
            )
        ],
    )


def _expectations(
    night: Night, stage: str, name: str, built: dg.AssetsDefinition
) -> list[dg.AssetChecksDefinition]:
    """Return the suites of a stage as blocking checks of the tables that they name."""
    checked = {
        str(suite["name"]): _checked_assets(built, suite)
        for suite in night.suites()
        if stage_of(suite) == stage
    }
    if not checked:
        return []

    @dg.multi_asset_check(
        name=name,
        specs=[
            dg.AssetCheckSpec(suite, asset=key, blocking=True)
            for suite, keys in checked.items()
            for key in keys
        ],
    )
    def expectations() -> Iterator[dg.AssetCheckResult]:
        step = "expectations" if stage == AFTER_CORE else "marts judged"
        with night.step(step):
            by_suite = night.run_expectations(stage)
            results = [result for found in by_suite.values() for result in found]
            met = sum(1 for result in results if result["success"])
            too_early = sum(1 for result in results if not is_judged(result))
            note = f"{met} of {len(results)} met"
            note += f", {too_early} without enough earlier months" if too_early else ""
            night.reporter.end(step, note, "ok" if met == len(results) else "failed")
        for suite, keys in checked.items():
            passed = all(result["success"] for result in by_suite[suite])
            for key in keys:
                yield dg.AssetCheckResult(passed=passed, check_name=suite, asset_key=key)

    return [expectations]


def _checked_assets(built: dg.AssetsDefinition, suite: Any) -> list[dg.AssetKey]:
    """Return the assets that a suite stands behind: the tables that it names."""
    names = {table.partition(".")[2] for table in suite_tables(suite)}
    return sorted(key for key in built.keys if key.path[-1] in names)


@dg.definitions
def defs() -> dg.Definitions:
    """Return the definitions for Dagster's own tools."""
    night = Night(Settings.from_environment())
    night.manifest = night.dbt.manifest()
    return build_definitions(night)
