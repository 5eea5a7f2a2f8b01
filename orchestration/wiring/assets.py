"""The assets and checks of a night: extracts, landing, dbt, expectations, gate, publishing.

landing -> dbt up to core -> expectations -> dbt marts -> expectations of marts -> gate ->
published warehouse. A failing expectation stops what follows the assets that it blocks; the gate
stops the rest. All steps share one ``Night``. Only landing reads from other machines, so only it
is tried again, and only after an error of input or output; a failed check fails the same way a
second time.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration.checks.outcomes import why_unjudged
from orchestration.checks.suites import AFTER_CORE, load_suites, stage_of, suite_tables
from orchestration.landing.land import TableResult
from orchestration.ops.dbt_calls import CORE_CALL, MARTS_CALL, UP_TO_CORE
from orchestration.ops.dbt_steps import stream_build
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings
from orchestration.wiring.retries import final, try_again
from orchestration.wiring.tables import LandedTable, landed_tables
from orchestration.wiring.totals import published_metadata
from orchestration.wiring.translator import (
    EXTRACTS,
    LANDING,
    ProjectTranslator,
    extract_key,
    landed_key,
)

PUBLISHING = "publishing"
# What dbt's second call builds, by folder: to exclude the first call would also exclude the tests
# that read both.
BEYOND_CORE = "path:models/intermediate path:models/marts"


def extract_assets(tables: Sequence[LandedTable]) -> list[dg.AssetSpec]:
    """Return the delivered tables, each with how old it may get."""
    return [
        dg.AssetSpec(
            extract_key(table.system, table.name),
            group_name=EXTRACTS,
            description=table.description,
            freshness_policy=dg.FreshnessPolicy.time_window(
                fail_window=timedelta(hours=table.freshness_hours)
            )
            if table.freshness_hours
            else None,
        )
        for table in tables
        if table.is_delivered
    ]


def landing_asset(tables: Sequence[LandedTable]) -> dg.AssetsDefinition:
    """Return the step that turns all extracts into typed Parquet."""
    specs = [
        dg.AssetSpec(
            landed_key(table.system, table.name),
            deps=[extract_key(table.system, table.name)] if table.is_delivered else [],
            group_name=LANDING,
            description=table.description,
            kinds={"parquet"},
        )
        for table in tables
    ]

    @dg.multi_asset(name=LANDING, specs=specs)
    def landing(
        context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]
    ) -> Iterator[dg.MaterializeResult[None]]:
        with final(night), try_again(context, night), night.step("landing"):
            landed = {(result.system, result.table): result for result in night.land()}
            rows = sum(result.landed_rows for result in landed.values())
            rejected = sum(result.rejected_rows for result in landed.values())
            night.reporter.end(
                "landing", f"{len(landed)} tables, {rows:,} rows, {rejected:,} rejected"
            )
        for table in tables:
            result = landed.get((table.system, table.name))
            yield dg.MaterializeResult(
                asset_key=landed_key(table.system, table.name),
                metadata=_landed_metadata(result) if result else {},
            )

    return landing


def dbt_steps(manifest: Mapping[str, Any]) -> tuple[dg.AssetsDefinition, dg.AssetsDefinition]:
    """Return both dbt calls: up to core, and what follows."""
    translator = ProjectTranslator()

    @dbt_assets(
        manifest=manifest,
        select=UP_TO_CORE,
        name="up_to_core",
        dagster_dbt_translator=translator,
    )
    def up_to_core(
        context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]
    ) -> Iterator[Any]:
        with final(night):
            yield from stream_build(night, CORE_CALL, context, translator, manifest)

    @dbt_assets(
        manifest=manifest,
        select=BEYOND_CORE,
        name="marts",
        dagster_dbt_translator=translator,
    )
    def marts(context: dg.AssetExecutionContext, night: dg.ResourceParam[Night]) -> Iterator[Any]:
        with final(night):
            yield from stream_build(night, MARTS_CALL, context, translator, manifest)

    return up_to_core, marts


def expectation_checks(
    settings: Settings, stage: str, name: str, built: dg.AssetsDefinition
) -> list[dg.AssetChecksDefinition]:
    """Return the suites of a stage as blocking checks of the tables that they name."""
    suites = {
        str(suite["name"]): suite
        for suite in load_suites(settings.project_root, settings.company)
        if stage_of(suite) == stage
    }
    checked = {suite: _checked_assets(built, content) for suite, content in suites.items()}
    if not checked:
        return []

    @dg.multi_asset_check(
        name=name,
        specs=[
            dg.AssetCheckSpec(
                suite, asset=key, blocking=True, description=_why(suites[suite])
            )
            for suite, keys in checked.items()
            for key in keys
        ],
    )
    def expectations(night: dg.ResourceParam[Night]) -> Iterator[dg.AssetCheckResult]:
        step = "expectations" if stage == AFTER_CORE else "marts judged"
        with final(night), night.step(step):
            by_suite = night.run_expectations(stage)
            results = [result for found in by_suite.values() for result in found]
            met = sum(1 for result in results if result["success"])
            note = ", ".join([f"{met} of {len(results)} met", *why_unjudged(results)])
            night.reporter.end(step, note, "ok" if met == len(results) else "failed")
        for suite, keys in checked.items():
            wrong = [result for result in by_suite[suite] if not result["success"]]
            for key in keys:
                yield dg.AssetCheckResult(
                    passed=not wrong,
                    check_name=suite,
                    asset_key=key,
                    metadata={"expectations": len(by_suite[suite]), **_told(wrong)},
                )

    return [expectations]


def publishing_assets(
    up_to_core: dg.AssetsDefinition, marts: dg.AssetsDefinition
) -> list[dg.AssetsDefinition]:
    """Return the gate and what it lets through."""

    @dg.asset(deps=[marts, up_to_core], group_name=PUBLISHING)
    def gate(night: dg.ResourceParam[Night]) -> dg.MaterializeResult[None]:
        """Whether every required check is present and passed."""
        with final(night), night.step("gate"):
            verdict = night.gate()
            night.reporter.end("gate", f"{len(verdict.outcomes)} checks, all present and passed")
        return dg.MaterializeResult(metadata={"checks": len(verdict.outcomes)})

    @dg.asset(deps=[gate], group_name=PUBLISHING, kinds={"duckdb"})
    def published_warehouse(night: dg.ResourceParam[Night]) -> dg.MaterializeResult[None]:
        """The warehouse that readers open, swapped in as one step."""
        with final(night), night.step("publish"):
            path = night.publish()
            night.reporter.end("publish", str(path))
        return dg.MaterializeResult(metadata=published_metadata(night, path))

    return [gate, published_warehouse]


def night_tables(settings: Settings, manifest: Mapping[str, Any]) -> list[LandedTable]:
    """Return the tables that a night of these settings lands."""
    return landed_tables(manifest, settings.systems())


def _landed_metadata(result: TableResult) -> dict[str, Any]:
    return {
        "dagster/row_count": result.landed_rows,
        "bytes": result.bytes,
        "seconds": round(result.seconds, 3),
        "files": result.files,
        "delivered rows": result.delivered_rows,
        "rejected rows": result.rejected_rows,
        "repeated rows": result.repeated_rows,
        "superseded rows": result.superseded_rows,
        "used in place": result.is_in_place,
    }


def _checked_assets(built: dg.AssetsDefinition, suite: Mapping[str, Any]) -> list[dg.AssetKey]:
    """Return the assets that a suite stands behind: the tables that it names."""
    names = {table.partition(".")[2] for table in suite_tables(suite)}
    return sorted(key for key in built.keys if key.path[-1] in names)


def _why(suite: Mapping[str, Any]) -> str:
    meta = suite.get("meta")
    return str(meta.get("why") or "") if isinstance(meta, dict) else ""


def _told(wrong: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what is not met of a suite, each with why it matters and what to do."""
    told = {}
    for result in wrong:
        meta = result.get("meta") or {}
        parts = [str(meta[part]) for part in ("why", "remedy", "owner") if meta.get(part)]
        told[str(meta.get("name") or result["id"])] = " ".join(parts) or "not met"
    return told
