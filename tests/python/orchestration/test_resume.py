"""Which failed run may be continued, and what it keeps."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.checks.evidence import RUN_ID_VARIABLE, write_landing, write_suite
from orchestration.landing.findings import Finding
from orchestration.landing.results import TableResult
from orchestration.ops.dbt import merged_results, with_skipped
from orchestration.ops.exits import BadInputError
from orchestration.ops.fingerprints import fingerprints
from orchestration.ops.resume import Kept, kept_of, run_to_resume
from orchestration.ops.settings import Settings
from orchestration.publishing.generations import DATABASE, Warehouse
from orchestration.publishing.publish import publish

from .conftest import Make

RUN, OLDER = "20260102-020000-bbbb", "20260101-020000-aaaa"
TABLE = TableResult("extracts", "orders", 1, 5, 5, 0, 0, 0, 100, 0.1, False)
SUITES = [
    {"name": "tagging", "meta": {"runs_after": "core"}},
    {"name": "drift", "meta": {"runs_after": "marts"}},
]
MANIFEST: dict[str, dict[str, Any]] = {
    "nodes": {
        "model.a": {"resource_type": "model", "path": "core/a.sql"},
        "model.b": {"resource_type": "model", "path": "marts/b.sql"},
        "test.t": {"resource_type": "test", "depends_on": {"nodes": ["model.a", "model.b"]}},
        "test.off": {"resource_type": "test", "config": {"enabled": False}},
    }
}


@pytest.fixture
def settings(warehouse: Warehouse) -> Settings:
    root = warehouse.root.parent
    for name in ("extracts/orders.csv", "models/m.sql", "seeds/shop/rates.csv"):
        path = root / name
        path.parent.mkdir(parents=True)
        path.write_text("x")
    environment = {
        "WAREHOUSE": str(warehouse.root),
        "EXTRACTS": "extracts",
        "COMPANY": "shop",
        "RESUME": "last",
    }
    return Settings.from_environment(environment, project_root=root)


@pytest.fixture
def failed(settings: Settings, warehouse: Warehouse, make_generation: Make) -> Path:
    make_generation(OLDER)
    publish(warehouse, OLDER, {"run_id": OLDER, "outcome": "published"})
    return make_generation(RUN, company="shop", fingerprints=fingerprints(settings))


def test_the_last_failed_run_may_be_continued(
    settings: Settings, warehouse: Warehouse, failed: Path
) -> None:
    assert run_to_resume(settings, warehouse) == RUN


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("extracts/orders.csv", "extracts changed since"),
        ("models/m.sql", "code changed since"),
        ("seeds/shop/rates.csv", "assumptions changed since"),
        ("seeds/shop/more.csv", "assumptions changed since"),
    ],
)
def test_what_changed_is_named(
    settings: Settings, warehouse: Warehouse, failed: Path, changed: str, said: str
) -> None:
    (settings.project_root / changed).write_text("another")
    with pytest.raises(BadInputError, match=said):
        run_to_resume(settings, warehouse)


def test_other_refusals_say_why(
    settings: Settings,
    warehouse: Warehouse,
    failed: Path,
) -> None:
    def refused(resume: str, said: str) -> None:
        environment = {"WAREHOUSE": str(warehouse.root), "EXTRACTS": "extracts", "RESUME": resume}
        asked = Settings.from_environment(
            {**environment, "COMPANY": "shop"}, project_root=settings.project_root
        )
        with pytest.raises(BadInputError, match=said):
            run_to_resume(asked, warehouse)

    refused(OLDER, "was published")
    refused("20250101-000000-0000", "left no generation")
    record = json.loads((failed / "run.json").read_text())
    (failed / "run.json").write_text(json.dumps({**record, "company": "another"}))
    refused(RUN, "COMPANY differs")
    (failed / "run.json").write_text(json.dumps({**record, "fingerprints": {}}))
    refused(RUN, "before it was prepared")
    warehouse.clean_leftovers()
    refused("last", "no failed run is left")


def test_a_leftover_that_is_to_be_continued_is_kept(warehouse: Warehouse, failed: Path) -> None:
    assert warehouse.clean_leftovers(keep=RUN) == []
    assert (failed / DATABASE).exists()
    duckdb.connect(str(failed / DATABASE)).close()


class Evidence:
    """What a run may have left behind, written step by step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def landing(self, severity: str = "warning") -> None:
        finding = Finding(severity, "t", "f", 1, "a", "b", "c")  # type: ignore[arg-type]
        write_landing(self.folder, RUN, [finding], 1, [TABLE])

    def dbt(self, call: str, run_id: str = RUN, **statuses: str) -> None:
        results = [
            {"unique_id": name.replace("_", "."), "status": status}
            for name, status in statuses.items()
        ]
        name = RUN_ID_VARIABLE.removeprefix("DBT_ENV_CUSTOM_ENV_")
        content = {"metadata": {"env": {name: run_id}}, "results": results}
        (self.folder / f"dbt_{call}.json").write_text(json.dumps(content))

    def suite(self, success: bool = True, name: str = "tagging") -> None:
        write_suite(self.folder, RUN, name, [{"id": "1", "success": success}])

    def kept(self) -> Kept:
        return kept_of(self.folder, RUN, MANIFEST, SUITES)


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return Evidence(tmp_path / "evidence")


def test_each_step_is_kept_only_after_those_before_it(evidence: Evidence) -> None:
    evidence.dbt("core", model_a="success")
    evidence.suite()
    assert evidence.kept() == Kept(), "nothing was landed"
    evidence.landing()
    kept = evidence.kept()
    assert kept.landing == (TABLE,) and kept.expectations == {"core"}
    assert kept.finished == {"core"} and kept.passed("core") == ("model.a",)
    evidence.dbt("marts", model_b="error", test_t="skipped")
    kept = evidence.kept()
    assert kept.finished == {"core"} and kept.passed("marts") == ()
    evidence.dbt("marts", model_b="success", test_t="error")
    assert evidence.kept().passed("marts") == ("model.b",)
    evidence.dbt("marts", model_b="success", test_t="pass")
    assert evidence.kept().finished == {"core", "marts"}
    assert evidence.kept().expectations == {"core"}
    evidence.suite(name="drift")
    assert evidence.kept().expectations == {"core", "marts"}


def test_what_did_not_pass_is_done_again(evidence: Evidence) -> None:
    evidence.landing("error")
    assert evidence.kept() == Kept()
    evidence.landing()
    evidence.dbt("core", model_a="skipped")
    evidence.dbt("marts", test_t="pass")
    evidence.suite()
    kept = evidence.kept()
    assert kept.finished == frozenset() and not kept.expectations
    assert kept.passed("core") == () and kept.passed("marts") == ()
    evidence.dbt("core", model_a="success")
    evidence.suite(success=False)
    kept = evidence.kept()
    assert kept.finished == {"core"} and not kept.expectations
    assert kept.passed("marts") == (), "the expectations stand before the marts"


def test_an_interrupted_call_is_not_finished(evidence: Evidence) -> None:
    """It leaves out what it never came to; a retry must know of that."""
    evidence.landing()
    evidence.dbt("core", model_a="success")
    evidence.suite()
    evidence.dbt("marts", model_b="success")
    kept = evidence.kept()
    assert kept.finished == {"core"} and kept.passed("marts") == ("model.b",)
    before = {"metadata": 1, "results": [{"unique_id": "model.b", "status": "success"}]}
    after = with_skipped(before, ["model.b", "test.t"])
    assert [item["status"] for item in after["results"]] == ["success", "skipped"]
    assert after["metadata"] == 1 and after["results"][1]["unique_id"] == "test.t"


def test_another_runs_evidence_is_not_kept(evidence: Evidence) -> None:
    evidence.landing()
    evidence.dbt("core", run_id=OLDER, model_a="success")
    assert evidence.kept().nodes == {}


def test_a_retry_replaces_what_it_did_again() -> None:
    def result(name: str, status: str) -> dict[str, Any]:
        return {"unique_id": name, "status": status}

    before = {"results": [result("a", "success"), result("b", "error"), result("c", "skipped")]}
    after = {"metadata": 1, "results": [result("b", "success"), result("c", "pass")]}
    assert merged_results(before, after) == {
        "metadata": 1,
        "results": [result("a", "success"), result("b", "success"), result("c", "pass")],
    }
