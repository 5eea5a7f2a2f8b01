"""Every check that a real night requires: failing or absent, it keeps the old generation."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.checks.evidence import LANDING_FILE
from orchestration.checks.gate import Check, required_checks
from orchestration.checks.suites import load_suites
from orchestration.definitions import build_definitions
from orchestration.ops.exits import CheckFailedError
from orchestration.ops.progress import Reporter
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings
from orchestration.publishing.files import read_json_lines
from orchestration.wiring.jobs import NIGHTLY
from tests.python.sandbox import Sandbox


@pytest.fixture(scope="module")
def night(first_night: tuple[Sandbox, str]) -> Night:
    """Return the published night as it was before its gate."""
    sandbox = first_night[0]
    settings = Settings.from_environment(sandbox.environment, project_root=sandbox.root)
    run_id = read_json_lines(sandbox.warehouse.runs)[-1]["run_id"]
    with (sandbox.root / "none").open("w") as stream:
        night = Night(settings, Reporter(stream), run_id=run_id)
    night.manifest = json.loads((night.dbt.target / "manifest.json").read_text())
    return night


def checks_of(night: Night) -> list[Check]:
    return list(required_checks(night.manifest, load_suites(night.settings.project_root)))


def test_the_night_as_it_was_passes(night: Night) -> None:
    assert night.gate().is_good
    kinds = {check.kind for check in checks_of(night)}
    assert kinds == {"landing", "seed", "model", "test", "expectation"}


def test_the_gate_stands_between_everything_and_publishing(night: Night) -> None:
    definitions = build_definitions(night.settings, night.manifest, night)
    graph = definitions.resolve_asset_graph()
    gate, published = dg.AssetKey("gate"), dg.AssetKey("published_warehouse")
    assert graph.get(published).parent_keys == {gate}
    around = {gate, published}
    others = {
        key
        for key in graph.get_all_asset_keys() - around
        if key.path[0] not in {"landing", "extracts"}
    }
    assert graph.get(gate).parent_keys == others
    assert len(others) > 70
    checks = list(definitions.asset_checks or [])
    specs = [spec for check in checks for spec in check.check_specs]
    assert specs and all(spec.blocking for spec in specs)
    # what is checked stands before the marts
    checked = {spec.asset_key for spec in specs}
    marts = [key for key in others if "marts" in graph.get(key).assets_def.op.name]
    assert any(graph.get(key).parent_keys & checked for key in marts)
    job = definitions.resolve_job_def(NIGHTLY)
    assert set(job.asset_layer.executable_asset_keys) >= {gate, published, *others}


@pytest.mark.parametrize("how", ["failing", "absent"])
def test_each_check_keeps_the_old_generation(night: Night, how: str, tmp_path: Path) -> None:
    good = night.evidence
    brief = tmp_path / "brief"
    shutil.copytree(good, brief)
    shorten(brief)
    contents = {path: path.read_text() for path in brief.glob("*.json")}
    link = os.readlink(night.warehouse.current)
    checks = checks_of(night)
    assert len(checks) > 150
    night.evidence = brief
    try:
        for check in checks:
            spoiled = spoil(contents, check, how)
            assert spoiled, f"no evidence of {check.check_id}"
            for path, text in spoiled.items():
                path.unlink() if text is None else path.write_text(text)
            with pytest.raises(CheckFailedError, match=check.kind):
                night.gate()
            with pytest.raises(CheckFailedError):
                night.publish()
            assert os.readlink(night.warehouse.current) == link
            for path in spoiled:
                path.write_text(contents[path])
        assert night.gate().is_good
    finally:
        night.evidence = good


def shorten(evidence: Path) -> None:
    """Take out of dbt's results what the gate never reads, the SQL above all."""
    for path in evidence.glob("dbt_*.json"):
        content = json.loads(path.read_text())
        kept = ("unique_id", "status", "failures", "message")
        content["results"] = [{key: item[key] for key in kept} for item in content["results"]]
        path.write_text(json.dumps(content))


def spoil(contents: dict[Path, str], check: Check, how: str) -> dict[Path, str | None]:
    """Return the files of the evidence in which one check fails or is absent; None for no file."""
    if check.kind == "landing":
        (path,) = (path for path in contents if path.name == LANDING_FILE)
        findings = {**json.loads(contents[path]), "findings": [{"severity": "error"}]}
        return {path: None if how == "absent" else json.dumps(findings)}
    key = "id" if check.kind == "expectation" else "unique_id"
    name = check.check_id.rpartition(".")[2] if key == "id" else check.check_id
    spoiled: dict[Path, str | None] = {}
    for path, text in contents.items():
        if name not in text:
            continue
        content = json.loads(text)
        kept: list[dict[str, Any]] = []
        for result in content.get("results", []):
            if result.get(key) != name:
                kept.append(result)
            elif how == "failing" and key == "id":
                kept.append({**result, "success": False, "failing": 1})
            elif how == "failing":
                status = "fail" if check.kind == "test" else "error"
                kept.append({**result, "status": status, "failures": 1})
        if kept != content.get("results", []):
            spoiled[path] = json.dumps({**content, "results": kept})
    return spoiled
