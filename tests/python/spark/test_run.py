"""What `make test-spark` says of each company that it was asked for, without a cluster."""

import re
from pathlib import Path

import pytest

from orchestration.spark.cluster import ClusterError
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


class Ended:
    """A cluster whose server ends while a company is compared."""

    def __init__(self, folder: Path, settings: object) -> None:
        self.is_there = True

    def __enter__(self) -> "Ended":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def check(self) -> None:
        if not self.is_there:
            raise ClusterError("the Spark server ended with code 52")


def test_a_cluster_that_ends_is_named_and_fails_its_company_alone(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def compare(run: module.Run, company: str, cluster: Ended) -> None:
        if company == "demo":
            cluster.is_there = False
            raise ConnectionError("could not connect to any of them")
        run.tables(company, [Comparison("core.dim_days", 7)])

    monkeypatch.setattr(module, "OUT", tmp_path)
    monkeypatch.setitem(module.COMPANIES, "adventureworks", tmp_path)
    monkeypatch.setattr(module, "Cluster", Ended)
    monkeypatch.setattr(module, "night", lambda run, company: True)
    monkeypatch.setattr(module, "build", lambda run, company, cluster: True)
    monkeypatch.setattr(module, "compare_company", compare)
    monkeypatch.setattr("sys.argv", ["run"])
    assert module.main() == 1
    out = capfd.readouterr().out
    assert "the Spark server ended with code 52" in out
    assert re.search(r"^ +demo +not compared$", out, re.MULTILINE)
    assert re.search(r"^ +adventureworks +1 +0$", out, re.MULTILINE)
    # Two clusters that started, a table and the time budget; the cluster that ended.
    assert out.splitlines()[-1] == "4 passed, 1 failed"
