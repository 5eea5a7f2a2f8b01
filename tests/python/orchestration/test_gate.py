"""The gate: each kind of required check blocks when it fails and when it is absent."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.checks.evidence import (
    RUN_ID_VARIABLE,
    dbt_file,
    suite_file,
    write_landing,
    write_suite,
)
from orchestration.checks.gate import Status, Verdict, judge, required_checks
from orchestration.landing.findings import Finding
from orchestration.ops.exits import ExitCode

RUN = "20260101-000000-abcd"
CALLS = ("core", "marts")

MANIFEST: dict[str, Any] = {
    "nodes": {
        "seed.p.rates": {"resource_type": "seed", "name": "rates", "config": {}},
        "model.p.dim": {
            "resource_type": "model",
            "name": "dim",
            "config": {"materialized": "table"},
        },
        "model.p.fct": {
            "resource_type": "model",
            "name": "fct",
            "config": {"materialized": "view"},
        },
        "model.p.helper": {
            "resource_type": "model",
            "name": "helper",
            "config": {"materialized": "ephemeral"},
        },
        "test.p.unique_dim": {
            "resource_type": "test",
            "name": "unique_dim",
            "description": "One row a customer.",
            "config": {"severity": "ERROR", "meta": {"remedy": "Look for doubled ids."}},
        },
        "test.p.warned": {
            "resource_type": "test",
            "name": "warned",
            "config": {"severity": "WARN"},
        },
        "test.p.shares": {
            "resource_type": "test",
            "name": "shares",
            "tags": ["assumptions"],
            "config": {"severity": "ERROR"},
        },
        "test.p.off": {"resource_type": "test", "name": "off", "config": {"enabled": False}},
    },
    "unit_tests": {"unit_test.p.fct.case": {"resource_type": "unit_test", "name": "case"}},
}
SUITE: dict[str, Any] = {
    "name": "tagging",
    "expectations": [
        {"id": "e1", "meta": {"name": "one_value", "why": "why", "remedy": "remedy"}},
        {"id": "e2", "meta": {"name": "known_value"}},
    ],
}
BUILT = ["seed.p.rates", "model.p.dim", "test.p.unique_dim"]
LATER = ["model.p.fct", "test.p.warned", "test.p.shares"]
EVERY = ["landing", *BUILT, *LATER, "expectation.tagging.e1", "expectation.tagging.e2"]


class Evidence:
    """The evidence of a good night, to be spoiled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        write_landing(folder, RUN, [], 24)
        for call, ids in zip(CALLS, (BUILT, LATER), strict=True):
            self.write_dbt(call, [result(unique_id) for unique_id in ids])
        self.write_suite([{"id": "e1", "success": True}, {"id": "e2", "success": True}])

    def write_dbt(self, call: str, results: list[dict[str, Any]], run_id: str = RUN) -> None:
        name = RUN_ID_VARIABLE.removeprefix("DBT_ENV_CUSTOM_ENV_")
        content = {"metadata": {"env": {name: run_id}}, "results": results}
        (self.folder / dbt_file(call)).write_text(json.dumps(content))

    def write_suite(self, results: list[dict[str, Any]], run_id: str = RUN) -> None:
        write_suite(self.folder, run_id, "tagging", results)

    def spoil(self, check_id: str, how: str) -> None:
        """Make one check fail or vanish."""
        for call in CALLS:
            path = self.folder / dbt_file(call)
            content = json.loads(path.read_text())
            content["results"] = spoiled(content["results"], "unique_id", check_id, how)
            path.write_text(json.dumps(content))
        path = self.folder / suite_file("tagging")
        content = json.loads(path.read_text())
        content["results"] = spoiled(content["results"], "id", check_id.split(".")[-1], how)
        path.write_text(json.dumps(content))
        if check_id == "landing" and how == "absent":
            (self.folder / "landing.json").unlink()
        elif check_id == "landing":
            write_landing(self.folder, RUN, [finding("error")], 0)


def result(unique_id: str) -> dict[str, Any]:
    status = "pass" if unique_id.startswith("test") else "success"
    return {"unique_id": unique_id, "status": status, "failures": 0, "message": None}


def spoiled(results: list[dict[str, Any]], key: str, name: str, how: str) -> list[dict[str, Any]]:
    kept = []
    for item in copy.deepcopy(results):
        if item[key] == name and how == "absent":
            continue
        if item[key] == name and "status" in item:
            item["status"] = "fail" if item["status"] == "pass" else "error"
            item["failures"] = 3 if item["status"] == "fail" else None
        elif item[key] == name:
            item.update(success=False, failing=5)
        kept.append(item)
    return kept


def finding(severity: Any) -> Finding:
    return Finding(severity, "orders", "orders.csv", 3, "a date", "text", "deliver a date")


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return Evidence(tmp_path)


def verdict_of(evidence: Evidence) -> Verdict:
    return judge(required_checks(MANIFEST, [SUITE]), evidence.folder, RUN, CALLS)


def test_what_is_required() -> None:
    assert sorted(check.check_id for check in required_checks(MANIFEST, [SUITE])) == sorted(EVERY)


def test_a_good_night_passes(evidence: Evidence) -> None:
    verdict = verdict_of(evidence)
    assert verdict.is_good
    assert verdict.exit_code is ExitCode.PUBLISHED


@pytest.mark.parametrize("how", ["failed", "absent"])
@pytest.mark.parametrize("check_id", EVERY)
def test_each_check_blocks(evidence: Evidence, check_id: str, how: str) -> None:
    evidence.spoil(check_id, how)
    verdict = verdict_of(evidence)
    assert not verdict.is_good
    wrong = verdict.failed if how == "failed" else verdict.absent
    assert [outcome.check.check_id for outcome in wrong] == [check_id]
    assert verdict.exit_code is not ExitCode.PUBLISHED


@pytest.mark.parametrize(
    ("check_id", "code"),
    [
        ("landing", ExitCode.BAD_INPUT),
        ("test.p.shares", ExitCode.BAD_INPUT),
        ("test.p.unique_dim", ExitCode.CHECK_FAILED),
        ("test.p.warned", ExitCode.CHECK_FAILED),
        ("expectation.tagging.e1", ExitCode.CHECK_FAILED),
        ("model.p.fct", ExitCode.OTHER),
    ],
)
def test_the_exit_code_says_what_kind(evidence: Evidence, check_id: str, code: ExitCode) -> None:
    evidence.spoil(check_id, "failed")
    assert verdict_of(evidence).exit_code is code


def test_an_absent_check_is_a_failed_check(evidence: Evidence) -> None:
    evidence.spoil("test.p.unique_dim", "absent")
    assert verdict_of(evidence).exit_code is ExitCode.CHECK_FAILED


@pytest.mark.parametrize(
    "spoil",
    [
        lambda e: e.write_dbt("marts", [result(i) for i in LATER], run_id="another"),
        lambda e: e.write_suite([{"id": "e1", "success": True}], run_id="another"),
        lambda e: write_landing(e.folder, "another", [], 24),
        lambda e: (e.folder / dbt_file("core")).write_text("{"),
        lambda e: (e.folder / suite_file("tagging")).unlink(),
    ],
)
def test_evidence_of_another_run_is_none(evidence: Evidence, spoil: Any) -> None:
    assert verdict_of(evidence).is_good
    spoil(evidence)
    verdict = verdict_of(evidence)
    assert not verdict.is_good
    assert verdict.absent and not verdict.failed


@pytest.mark.parametrize("status", ["warn", "fail", "error", "runtime error", "no-op", ""])
def test_whatever_is_not_a_pass_fails(evidence: Evidence, status: str) -> None:
    results = [result(unique_id) for unique_id in LATER]
    results[1]["status"] = status
    evidence.write_dbt("marts", results)
    assert [o.check.name for o in verdict_of(evidence).failed] == ["warned"]


def test_a_skipped_check_is_absent(evidence: Evidence) -> None:
    results = [result(unique_id) for unique_id in LATER]
    results[0]["status"] = "skipped"
    evidence.write_dbt("marts", results)
    (outcome,) = verdict_of(evidence).absent
    assert outcome.check.check_id == "model.p.fct"
    assert "skipped" in outcome.found


def test_a_later_pass_does_not_hide_a_failure(evidence: Evidence) -> None:
    failing = {**result("test.p.unique_dim"), "status": "fail", "failures": 1}
    evidence.write_dbt("core", [result("seed.p.rates"), result("model.p.dim"), failing])
    evidence.write_dbt("marts", [result(i) for i in [*LATER, "test.p.unique_dim"]])
    assert [o.check.name for o in verdict_of(evidence).failed] == ["unique_dim"]


def test_an_error_of_something_that_is_not_required_blocks(evidence: Evidence) -> None:
    hook = {"unique_id": "operation.p.hook", "status": "error", "message": "no"}
    evidence.write_dbt("marts", [*(result(i) for i in LATER), hook])
    assert not verdict_of(evidence).is_good


def test_an_exception_in_an_expectation_is_an_error(evidence: Evidence) -> None:
    evidence.write_suite(
        [{"id": "e1", "success": True, "exception": "Catalog Error"}, {"id": "e2", "success": True}]
    )
    (outcome,) = verdict_of(evidence).failed
    assert "could not be evaluated: Catalog Error" in str(outcome)


def test_warnings_of_landing_do_not_block(evidence: Evidence) -> None:
    write_landing(evidence.folder, RUN, [finding("warning")], 24)
    assert verdict_of(evidence).is_good


def test_a_landing_of_nothing_is_none(evidence: Evidence) -> None:
    write_landing(evidence.folder, RUN, [], 0)
    (outcome,) = verdict_of(evidence).absent
    assert outcome.check.check_id == "landing"


def test_the_operator_reads_name_rows_and_remedy(evidence: Evidence) -> None:
    evidence.spoil("test.p.unique_dim", "failed")
    (outcome,) = verdict_of(evidence).failed
    assert outcome.status is Status.FAILED
    assert str(outcome) == (
        "test unique_dim: 3 failing rows; One row a customer. Look for doubled ids."
    )


def test_a_full_disk_is_the_machine(evidence: Evidence) -> None:
    broken = {**result("model.p.fct"), "status": "error"}
    broken["message"] = 'IO Error: Could not write file: No space left on device'
    evidence.write_dbt("marts", [broken])
    assert verdict_of(evidence).exit_code is ExitCode.MACHINE


def test_nothing_required_is_not_a_pass(evidence: Evidence) -> None:
    assert not judge([], evidence.folder, RUN, CALLS).is_good
