"""The runner of all suites: what it counts, and that nothing slips through."""

import io
import sys
import time
from pathlib import Path

import pytest

from orchestration.ops.progress import Reporter
from tests import run as runner
from tests.run import Result, Suite


def good(suite: Suite) -> Result:
    return Result(passed=3)


def bad(suite: Suite) -> Result:
    return runner.one(suite.call(sys.executable, "-c", "print('why it failed'); exit(2)"))


def broken(suite: Suite) -> Result:
    raise ZeroDivisionError("while running")


def slow(suite: Suite) -> Result:
    time.sleep(1.1)
    return Result(passed=1)


def absent(suite: Suite) -> Result:
    return Result(skipped="no data")


@pytest.mark.parametrize(
    ("runs", "code", "last"),
    [
        ([good, good], 0, "6 passed, 0 failed"),
        ([good, absent], 0, "3 passed, 0 failed"),
        ([good, bad], 1, "3 passed, 1 failed"),
        ([broken, good], 1, "3 passed, 1 failed"),
        ([slow], 1, "1 passed, 1 failed"),
    ],
)
def test_the_last_line_and_the_exit_code(
    runs: list[object],
    code: int,
    last: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(runner, "BUDGET_FACTOR", 1)
    suites = [Suite(f"suite{n}", 1, run) for n, run in enumerate(runs)]  # type: ignore[arg-type]
    monkeypatch.setattr(runner, "SUITES", suites)
    monkeypatch.setattr(runner, "OUT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["run.py"])
    assert runner.main() == code
    lines = capfd.readouterr().out.splitlines()
    assert lines[-1] == last
    assert (tmp_path / "summary").read_text() == last + "\n"
    assert ("why it failed" in "\n".join(lines)) == (bad in runs)


def test_a_suite_waits_for_those_it_builds_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []

    def noting(suite: Suite) -> Result:
        time.sleep(0.3 if suite.name == "first" else 0.1)
        ended.append(suite.name)
        return Result(passed=1)

    suites = [
        Suite("last", 9, noting, after=("alone", "first")),
        Suite("first", 9, noting),
        Suite("alone", 9, noting, after=("not asked for",)),
    ]
    monkeypatch.setattr(runner, "OUT", tmp_path)
    runner.run_all(suites, Reporter(io.StringIO()))
    assert ended == ["alone", "first", "last"]


def test_all_suites_together_have_a_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runner, "SUITES", [Suite("one", 60, good)])
    monkeypatch.setattr(runner, "OUT", tmp_path)
    monkeypatch.setattr(runner, "TOTAL_BUDGET", -1)
    monkeypatch.setattr(sys, "argv", ["run.py"])
    assert runner.main() == 1
    assert capfd.readouterr().out.splitlines()[-1] == "3 passed, 1 failed"
