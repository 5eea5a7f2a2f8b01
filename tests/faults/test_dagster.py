"""The project in Dagster: what is shown, what starts a night, and a night that Dagster runs."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
import yaml
from dagster._core.definitions.freshness import TimeWindowFreshnessPolicy

from orchestration.definitions import build_definitions
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings
from orchestration.publishing.files import read_json_lines
from orchestration.publishing.generations import DATABASE
from orchestration.publishing.lock import lock_holder, run_lock
from orchestration.wiring import months
from orchestration.wiring.jobs import MONTHLY, NIGHTLY
from tests.python.sandbox import PROJECT_ROOT, Sandbox, dbt_process

from .test_same_results import assert_same_relations

TEMPLATE = PROJECT_ROOT / "deploy" / "dagster.yaml"


@pytest.fixture(scope="module")
def project(first_night: tuple[Sandbox, str]) -> tuple[Settings, dict[str, Any]]:
    """Return the settings and the manifest of the published night."""
    sandbox = first_night[0]
    environment = {**sandbox.environment, "NIGHT_TIMEZONE": "Europe/Berlin"}
    settings = Settings.from_environment(environment, project_root=sandbox.root)
    folder = sandbox.root / "target" / "night" / sandbox.company
    kept = json.loads((folder / "definition.json").read_text())
    return settings, kept["manifest"]


@pytest.fixture(scope="module")
def definitions(project: tuple[Settings, dict[str, Any]]) -> dg.Definitions:
    return build_definitions(*project)


def enabled(manifest: dict[str, Any], *kinds: str) -> list[dict[str, Any]]:
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] in kinds and node["config"]["enabled"]
    ]


def test_only_what_dagster_loads_asks_the_published_warehouse_for_its_months(
    project: tuple[Settings, dict[str, Any]],
    definitions: dg.Definitions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A night holds its own job and nothing that a published file could keep from starting."""

    def fail(warehouse: object) -> None:
        pytest.fail("the published warehouse was opened")

    monkeypatch.setattr(months, "published_months", fail)
    own = build_definitions(*project, Night(project[0]))
    as_loaded = definitions.resolve_asset_graph().get_all_asset_keys()
    in_a_night = own.resolve_asset_graph().get_all_asset_keys()
    assert as_loaded - in_a_night == {dg.AssetKey("monthly_extract")}
    assert in_a_night < as_loaded
    assert [job.name for job in own.jobs or ()] == [NIGHTLY]
    steps = [each.resolve_job_def(NIGHTLY).asset_layer for each in (own, definitions)]
    assert steps[0].executable_asset_keys == steps[1].executable_asset_keys


def test_every_model_is_an_asset_in_the_group_of_its_folder(
    project: tuple[Settings, dict[str, Any]], definitions: dg.Definitions
) -> None:
    graph = definitions.resolve_asset_graph()
    nodes = enabled(project[1], "model", "seed")
    assert len(nodes) > 100
    for node in nodes:
        group = graph.get(dg.AssetKey([node["schema"], node["name"]])).group_name
        folders = Path(node["path"]).parent.parts
        if node["resource_type"] == "model":
            assert group == "_".join(folders)
        else:
            assert group in {"seeds_reference", "assumptions"}
    marts = {key.path[-1] for key in graph.get_all_asset_keys() if key.path[0] == "marts"}
    assert "fct_customer_contribution_monthly" in marts


def test_every_data_test_is_a_check(
    project: tuple[Settings, dict[str, Any]], definitions: dg.Definitions
) -> None:
    shown = {key.name for key in definitions.resolve_asset_graph().asset_check_keys}
    tests = {node["name"] for node in enabled(project[1], "test")}
    assert len(tests) > 90
    assert tests <= shown
    assert shown - tests, "the expectations are checks too"


def test_extracts_are_assets_with_their_limits(
    project: tuple[Settings, dict[str, Any]], definitions: dg.Definitions
) -> None:
    path = PROJECT_ROOT / "models" / "staging" / "extracts" / "_extracts__sources.yml"
    (source,) = yaml.safe_load(path.read_text())["sources"]
    graph = definitions.resolve_asset_graph()
    limited = 0
    for table in source["tables"]:
        key = dg.AssetKey(["extracts", "extracts", table["name"]])
        if table["name"] == "rejected_rows":
            assert key not in graph.get_all_asset_keys()
            continue
        hours = ((table.get("config") or {}).get("meta") or {}).get("freshness_hours")
        policy = graph.get(key).freshness_policy_or_from_metadata
        limited += hours is not None
        if hours is None:
            assert policy is None
        else:
            assert isinstance(policy, TimeWindowFreshnessPolicy)
            assert policy.fail_window.to_timedelta().total_seconds() == hours * 3600
        landed = dg.AssetKey(["landing", "extracts", table["name"]])
        assert graph.get(landed).parent_keys == {key}
    assert limited > 10


def test_everything_that_starts_by_itself_has_a_job(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    (schedule,) = repository.schedule_defs
    assert (schedule.job_name, schedule.cron_schedule) == (NIGHTLY, "0 2 * * *")
    assert schedule.execution_timezone == "Europe/Berlin"
    sensors = {sensor.name: sensor for sensor in repository.sensor_defs}
    assert set(sensors) == {"new_extracts", "freshness", "failed_runs"}
    assert sensors["new_extracts"].job_name == NIGHTLY
    for name in (NIGHTLY, MONTHLY):
        assert repository.get_job(name).executor_def is dg.in_process_executor


def run_of(definitions: dg.Definitions, **how: Any) -> Any:
    with dg.DagsterInstance.ephemeral() as instance:
        job = definitions.resolve_job_def(NIGHTLY)
        return job.execute_in_process(instance=instance, raise_on_error=False, **how)


def test_a_part_of_a_night_is_refused(sandbox: Sandbox, definitions: dg.Definitions) -> None:
    before = len(read_json_lines(sandbox.warehouse.runs))
    part = [dg.AssetKey(["marts", "fct_cost_assignments"])]
    result = run_of(definitions, asset_selection=part)
    assert not result.success
    assert any("built as a whole" in str(event) for event in result.all_events)
    assert len(read_json_lines(sandbox.warehouse.runs)) == before


def test_a_night_beside_a_run_is_refused(
    first_night: tuple[Sandbox, str], definitions: dg.Definitions
) -> None:
    warehouse = first_night[0].warehouse
    with run_lock(warehouse.root, {"pid": 4711, "run_id": "20990101-000000-aaaa"}):
        result = run_of(definitions)
    assert not result.success
    assert any("another run holds" in str(event) for event in result.all_events)


def assert_history_is_reported(sandbox: Sandbox, line: dict[str, Any]) -> None:
    """The published history has one run, the one that the audit trail has in this line."""
    path = sandbox.warehouse.current / DATABASE
    with duckdb.connect(str(path), read_only=True) as connection:
        cursor = connection.execute("select * from governance.rpt_run_history")
        names = [column[0] for column in cursor.description or ()]
        (values,) = cursor.fetchall()
    row = dict(zip(names, values, strict=True))
    told = ("run_id", "company", "outcome", "exit_code", "checks", "landed_rows", "rejected_rows",
            "landing_bytes", "database_bytes")  # fmt: skip
    assert {name: row[name] for name in told} == {name: line[name] for name in told}
    assert (row["total_seconds"], row["attempts"]) == (line["seconds"], 1)
    assert row["reason"] is None and row["failed_step"] is None
    assert row["ended_at"].replace(tzinfo=UTC) == datetime.fromisoformat(line["ended_at"])
    seconds = {step["name"]: step["seconds"] for step in line["steps"]}
    shown = {name: row[f"{name.replace(' ', '_')}_seconds"] for name in seconds}
    assert shown == pytest.approx(seconds)


def started_by_dagster(sandbox: Sandbox, home: Path) -> "subprocess.Popen[str]":
    """Start a night as Dagster does, with a home of its own; return the process."""
    home.mkdir()
    shutil.copy(TEMPLATE, home / "dagster.yaml")
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "dagster", "job", "execute"),
            *("-m", "orchestration.definitions", "-j", NIGHTLY),
        ],
        cwd=sandbox.root,
        env={**sandbox.environment, "DAGSTER_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.slow
def test_a_night_that_dagster_ends_is_recorded(sandbox: Sandbox, tmp_path: Path) -> None:
    before = sandbox.warehouse.linked(sandbox.warehouse.current)
    night = started_by_dagster(sandbox, tmp_path / "home")
    dbt_process(night)
    night.terminate()
    output, _ = night.communicate()
    assert night.returncode != 0, output[-6000:]
    last = read_json_lines(sandbox.warehouse.runs)[-1]
    assert (last["outcome"], last["exit_code"]) == ("failed", 1), output[-6000:]
    assert "interrupted" in last["reason"]
    assert lock_holder(sandbox.warehouse.root) is None
    assert sandbox.warehouse.linked(sandbox.warehouse.current) == before


@pytest.mark.slow
def test_dagster_runs_a_night_as_make_does(
    first_night: tuple[Sandbox, str], sandbox: Sandbox, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    night = started_by_dagster(sandbox, home)
    output, _ = night.communicate()
    assert night.returncode == 0, output[-6000:]
    first, last = read_json_lines(sandbox.warehouse.runs)
    assert first["dagster_run_id"] == "" and last["outcome"] == "published"
    assert {**last, "steps": 0}.keys() == {**first, "steps": 0}.keys()
    assert [step["name"] for step in last["steps"]] == [step["name"] for step in first["steps"]]
    assert sandbox.warehouse.linked(sandbox.warehouse.current) == last["run_id"]
    assert_same_relations(first_night[0], sandbox)
    assert_history_is_reported(sandbox, first)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        (run,) = instance.get_runs()
        assert run.run_id == last["dagster_run_id"] and run.status is dg.DagsterRunStatus.SUCCESS
        assert instance.telemetry_enabled is False
        assert instance.run_monitoring_enabled
        concurrency = instance.get_concurrency_config().run_queue_config
        assert concurrency is not None and concurrency.max_concurrent_runs == 1
        metadata = {}
        for path in (
            ["landing", "extracts", "orders"],
            ["marts", "rpt_company_result_monthly"],
            ["published_warehouse"],
        ):
            event = instance.get_latest_materialization_event(dg.AssetKey(path))
            assert event is not None and event.asset_materialization is not None
            metadata[path[-1]] = event.asset_materialization.metadata
    assert {"dagster/row_count", "bytes", "seconds"} <= metadata["orders"].keys()
    assert metadata["rpt_company_result_monthly"]["total amount"].value == "-790.70"
    published = metadata["published_warehouse"]
    assert published["company result, EUR"].value == "-790.70"
    assert published["bytes"].value == last["database_bytes"]
    assert os.path.getsize(sandbox.warehouse.current / "warehouse.duckdb") == last["database_bytes"]
