"""How a night's progress is counted and what a failed dbt call is taken for."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from orchestration.ops.dbt import dbt_error
from orchestration.ops.dbt_calls import CORE_CALL, MARTS_CALL, call_nodes, step_of
from orchestration.ops.dbt_steps import BuildSteps
from orchestration.ops.demo_extracts import ensure_extracts
from orchestration.ops.exits import ExitCode
from orchestration.ops.progress import Reporter
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings


def node(kind: str, path: str, parents: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "resource_type": kind,
        "path": path,
        "config": {"materialized": "table"},
        "depends_on": {"nodes": list(parents)},
    }


NODES = {
    "seed.p.rates": node("seed", "rates.csv"),
    "model.p.stg": node("model", "staging/extracts/stg.sql"),
    "model.p.dim": node("model", "core/dim.sql"),
    "model.p.fct": node("model", "marts/costing/fct.sql"),
    "test.p.source": node("test", "source.sql", ("source.p.extracts.orders",)),
    "test.p.dim": node("test", "dim.sql", ("model.p.dim", "seed.p.rates")),
    "test.p.both": node("test", "both.sql", ("model.p.dim", "model.p.fct")),
    "test.p.nothing": node("test", "nothing.sql"),
}


@pytest.fixture
def night(tmp_path: Path) -> Night:
    settings = Settings.from_environment({}, project_root=tmp_path)
    night = Night(settings, Reporter(io.StringIO()))
    night.manifest = {"nodes": NODES}
    return night


def finished(node_id: str, status: str = "success", seconds: float = 0.5) -> Mapping[str, Any]:
    kind = NODES[node_id]["resource_type"].capitalize()
    return {
        "info": {"name": f"Log{kind}Result"},
        "data": {
            "execution_time": seconds,
            "node_info": {"unique_id": node_id, "node_status": status},
        },
    }


def test_every_node_belongs_to_one_call(night: Night) -> None:
    core, marts = call_nodes(night.manifest, CORE_CALL), call_nodes(night.manifest, MARTS_CALL)
    assert sorted(core + marts) == sorted(NODES)
    assert set(core) == {
        "seed.p.rates",
        "model.p.stg",
        "model.p.dim",
        "test.p.source",
        "test.p.dim",
    }


def test_a_step_ends_with_its_last_node(night: Night) -> None:
    steps = BuildSteps(night, CORE_CALL, call_nodes(night.manifest, CORE_CALL))
    for node_id in ("model.p.stg", "seed.p.rates"):
        steps.note(dict(finished(node_id)))
        steps.note(dict(finished(node_id)))  # told twice, counted once
    assert [step.name for step in night.reporter.steps] == ["seeds", "staging"]
    steps.note(dict(finished("test.p.dim", "pass", 2.5)))
    steps.note(dict(finished("model.p.dim")))
    steps.close()
    assert [step.name for step in night.reporter.steps] == ["seeds", "staging", "core"]
    assert steps.test_seconds == 2.5
    assert {step.outcome for step in night.reporter.steps} == {"ok"}


def test_what_was_not_built_makes_its_step_fail(night: Night) -> None:
    steps = BuildSteps(night, CORE_CALL, call_nodes(night.manifest, CORE_CALL))
    steps.note(dict(finished("seed.p.rates")))
    steps.note(dict(finished("model.p.stg", "error")))
    steps.close()
    assert [(step.name, step.outcome) for step in night.reporter.steps] == [
        ("seeds", "ok"),
        ("staging", "failed"),
    ]


@pytest.mark.parametrize(
    ("kind", "path", "step"),
    [
        ("seed", "x.csv", "seeds"),
        ("test", "core/x.sql", "data tests"),
        ("model", "staging/extracts/x.sql", "staging"),
        ("model", "core/x.sql", "core"),
        ("model", "intermediate/costing/x.sql", "marts"),
        ("model", "marts/costing/x.sql", "marts"),
    ],
)
def test_the_step_of_a_node(kind: str, path: str, step: str) -> None:
    assert step_of(node(kind, path)) == step


@pytest.mark.parametrize(
    ("text", "return_code", "code"),
    [
        ("... Errors parsed from dbt logs:\n\nCompilation Error\n  no such macro", 2, 1),
        ("... Errors parsed from dbt logs:\n\nIO Error: No space left on device", 1, 5),
        ("failed with exit code `-9`", -9, 5),
        ("failed with exit code `137`", 137, 5),
    ],
)
def test_what_a_failed_call_amounts_to(text: str, return_code: int, code: int) -> None:
    error = dbt_error(text, return_code)
    assert error.exit_code is ExitCode(code)
    if return_code == 2:
        assert error.lines[1:] == ("Compilation Error", "  no such macro")


def test_off_a_terminal_there_are_plain_lines() -> None:
    stream = io.StringIO()
    reporter = Reporter(stream)
    reporter.begin("landing", 3)
    reporter.advance()
    reporter.end("landing", "3 tables [markup]")
    assert stream.getvalue().startswith("  landing")
    assert stream.getvalue().endswith(" s  3 tables [markup]\n")
    assert "\x1b" not in stream.getvalue()


def test_the_demo_company_is_generated_once(tmp_path: Path) -> None:
    package = tmp_path / "demo"
    package.mkdir()
    (package / "__main__.py").write_text(
        "import pathlib, sys\n"
        "out = pathlib.Path(sys.argv[2])\n"
        "out.mkdir()\n"
        "(out / 'orders.csv').write_text('x')\n"
    )
    assert ensure_extracts(tmp_path)
    assert not ensure_extracts(tmp_path)
    (package / "more.py").write_text("")
    assert ensure_extracts(tmp_path), "the generator has changed"
    (tmp_path / "target" / "demo" / ".generator").unlink()
    assert ensure_extracts(tmp_path), "whether it is whole is not known"
    assert json.dumps([p.name for p in (tmp_path / "target/demo/extracts").iterdir()]) == (
        '["orders.csv"]'
    )
