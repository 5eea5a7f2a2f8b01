"""`tests/run.py`: what it says of what it skipped, and what runs beside what."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.ops.progress import Reporter
from tests import run as module
from tests.run import Result, Suite


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "OUT", tmp_path)
    return tmp_path


def fake(name: str, result: Result, alone: bool = False) -> Suite:
    return Suite(name, 60, lambda suite: result, alone=alone)


def test_a_company_without_files_is_skipped_with_the_reason(out: Path) -> None:
    run = module.whole_company("adventureworks", module.ROOT / "target" / "nowhere")
    assert run(fake("x", Result())).skipped == "target/nowhere does not exist"


def test_a_second_night_needs_a_first(out: Path) -> None:
    run = module.whole_company("adventureworks", out, is_again=True)
    assert run(fake("x", Result())).skipped == "adventureworks is not published"


def test_tests_that_a_suite_skips_are_counted_by_reason(out: Path) -> None:
    (out / "test_some.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('number', range(4))\n"
        "def test_number(number):\n"
        "    if number == 3:\n"
        "        pytest.skip('no four')\n"
        "    if number:\n"
        "        pytest.skip('no files')\n"
    )
    result = module.pytest(str(out / "test_some.py"))(fake("some", Result()))
    assert (result.passed, result.failed) == (1, 0)
    assert result.left_out == {"no files": 2, "no four": 1}


def test_what_was_skipped_stands_before_the_last_line(
    out: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    suites = [
        fake("company", Result(skipped="no files")),
        fake("python", Result(passed=2, left_out={"no files": 3})),
    ]
    monkeypatch.setattr(module, "SUITES", suites)
    monkeypatch.setattr("sys.argv", ["run"])
    assert module.main() == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[-2:] == [
        "Skipped: company (no files); 3 of python (no files)",
        "2 passed, 0 failed",
    ]
    assert (out / "skipped").read_text() == "company (no files)\n3 of python (no files)\n"
    monkeypatch.setattr(module, "SUITES", [fake("ruff", Result(passed=1))])
    module.main()
    assert capfd.readouterr().out.splitlines()[-2] == "Skipped: nothing"
    assert (out / "skipped").read_text() == ""


def test_a_suite_that_is_timed_has_nothing_beside_it(out: Path) -> None:
    running: set[str] = set()
    beside: dict[str, set[str]] = {}
    both = threading.Barrier(2)

    def record(name: str, wait: bool) -> Callable[[Suite], Result]:
        def run(suite: Suite) -> Result:
            running.add(name)
            if wait:
                both.wait(10)
            beside[name] = running - {name}
            if wait:
                both.wait(10)
            running.remove(name)
            return Result(passed=1)

        return run

    suites = [
        Suite("timed", 60, record("timed", False), alone=True),
        *(Suite(name, 60, record(name, True)) for name in ("one", "two")),
    ]
    with (out / "printed").open("w") as stream:
        module.run_all(suites, Reporter(stream))
    assert beside == {"timed": set(), "one": {"two"}, "two": {"one"}}


def test_the_warm_night_is_held_against_a_minute() -> None:
    (warm,) = (suite for suite in module.SUITES if suite.name == "demo-again")
    assert warm.budget == 60 * module.BUDGET_FACTOR
    assert warm.alone and warm.after == ("demo",)
