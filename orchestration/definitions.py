"""The nightly job as Dagster sees it: wiring only.

landing -> dbt up to core -> expectations -> dbt marts -> gate -> published warehouse. A failing
expectation stops the marts, since it blocks the core assets; the gate stops the rest.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from orchestration.checks.expectations import load_suites
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

    suites = load_suites(night.settings.project_root)
    checked = {str(suite["name"]): _checked_assets(up_to_core, suite) for suite in suites}

    @dg.multi_asset_check(
        name="expectations",
        specs=[
            dg.AssetCheckSpec(suite, asset=key, blocking=True)
            for suite, keys in checked.items()
            for key in keys
        ],
    )
    def expectations() -> Iterator[dg.AssetCheckResult]:
        with night.step("expectations"):
            results = night.run_expectations()
            passed = sum(1 for result in results if result["success"])
            good = bool(results) and passed == len(results)
            night.reporter.end(
                "expectations", f"{passed} of {len(results)} met", "ok" if good else "failed"
            )
        for suite, keys in checked.items():
            for key in keys:
                yield dg.AssetCheckResult(passed=good, check_name=suite, asset_key=key)

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
        asset_checks=[expectations],
        jobs=[
            dg.define_asset_job(
                JOB,
                selection=dg.AssetSelection.all(),
                executor_def=dg.in_process_executor,
            )
        ],
    )


def _checked_assets(core: dg.AssetsDefinition, suite: Any) -> list[dg.AssetKey]:
    """Return the assets that a suite stands before: the core tables that it names."""
    names = set(suite["meta"]["tables"])
    return sorted(key for key in core.keys if key.path[-1] in names)


@dg.definitions
def defs() -> dg.Definitions:
    """Return the definitions for Dagster's own tools."""
    night = Night(Settings.from_environment())
    night.manifest = night.dbt.manifest()
    return build_definitions(night)
