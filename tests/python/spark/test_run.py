"""What `make test-spark` says of each company that it was asked for, without a cluster."""

import re
from pathlib import Path

import pytest

from tests.spark import run as module
from tests.spark.comparing import Comparison


def test_a_company_that_is_not_there_shows_as_skipped(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def compare(run: module.Run, companies: list[str]) -> None:
        assert companies == ["demo"]
        same, other = Comparison("core.dim_days", 7), Comparison("core.dim_months", 7, 1)
        run.tables("demo", [same, other])

    monkeypatch.setattr(module, "OUT", tmp_path)
    monkeypatch.setitem(module.COMPANIES, "adventureworks", tmp_path / "nowhere")
    monkeypatch.setattr(module, "compare_companies", compare)
    monkeypatch.setattr("sys.argv", ["run"])
    assert module.main() == 1
    lines = capfd.readouterr().out.splitlines()
    assert any(re.match(r" +adventureworks +0\.0 s +SKIPPED .*nowhere does not exist", line)
               for line in lines)  # fmt: skip
    table = lines[[line.split() for line in lines].index(["company", "same", "different"]) :]
    assert [line.split() for line in table[1:3]] == [
        ["demo", "1", "1"],
        ["adventureworks", "skipped"],
    ]
    assert lines[-1] == "2 passed, 1 failed"


def test_a_company_that_was_not_reached_is_said_so(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "OUT", tmp_path)
    monkeypatch.setattr(module, "compare_companies", lambda run, companies: None)
    monkeypatch.setattr("sys.argv", ["run", "demo"])
    module.main()
    assert re.search(r"^ +demo +not compared$", capfd.readouterr().out, re.MULTILINE)
