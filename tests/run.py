"""Everything that proves the project, suite by suite: ``python tests/run.py [suite ...]``.

Each suite has a time budget of its own, and all of them together one. The last line is
``N passed, N failed``; the exit code is not zero if a test failed or a budget was exceeded. The
line before says what was skipped and why: what needs files that this machine does not have.
Output of a suite goes to ``target/test/<suite>.log`` and, if it fails, to the screen.
"""

import argparse
import json
import os
import re
import shutil
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from orchestration.landing.assumptions import compose  # noqa: E402
from orchestration.ops.demo_extracts import ensure_extracts  # noqa: E402
from orchestration.ops.progress import Reporter, Step  # noqa: E402
from tests.commands import call, skipped_line  # noqa: E402
from tests.python.sandbox import first_night_in  # noqa: E402

OUT = ROOT / "target" / "test"
BIN = Path(sys.executable).parent
# Budgets are those of two idle cores; a shared machine multiplies them (CI: 3).
BUDGET_FACTOR = int(os.environ.get("BUDGET_FACTOR", "1"))
TOTAL_BUDGET = 25 * 60 * BUDGET_FACTOR
ADVENTUREWORKS = ROOT.parent / "shared" / "data"
PYTHON_CODE = ["orchestration", "demo", "tests"]


@dataclass
class Result:
    """What a suite came to."""

    passed: int = 0
    failed: int = 0
    skipped: str = ""  # why, if all of it was
    left_out: dict[str, int] = field(default_factory=dict)  # why, and how many tests


@dataclass
class Suite:
    """A suite: its name, its budget in seconds, how it is run and which ones it builds on.

    One that runs ``alone`` is there for its seconds: it waits until no other suite can run.
    """

    name: str
    budget: int
    run: Callable[["Suite"], Result]
    after: tuple[str, ...] = ()
    alone: bool = False
    result: Result = field(default_factory=Result)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        """Give the suite the time that this machine is allowed."""
        self.budget *= BUDGET_FACTOR

    @property
    def log(self) -> Path:
        """Return the file with all that the suite printed."""
        return OUT / f"{self.name}.log"

    def call(self, *command: str, **environment: str) -> int:
        """Run a command to its end or to the end of the budget; return its exit code."""
        return call(command, self.log, self.budget * 2, environment)


def one(code: int) -> Result:
    """Return the result of a suite that counts as one test."""
    return Result(passed=int(code == 0), failed=int(code != 0))


def smallest(suite: Suite) -> Result:
    """Publish the smallest company; the dbt suites read its landing and assumptions."""
    place = OUT / "smallest"
    code = first_night_in(place)
    shutil.copyfile(place / "output", suite.log)
    if code == 0:
        os.environ["FIRST_NIGHT"] = str(place)  # the fault tests start from it
    return one(code)


def published(company: str) -> Path:
    """Return the folder in which a suite published a company."""
    return OUT / "smallest" / "kept" if company == "smallest" else OUT / company


def dbt_environment(target: str, company: str = "smallest") -> dict[str, str]:
    """Return the environment of dbt on a company that was published, in a target of its own.

    The assumptions are composed anew: dbt writes its own SQL over a seed whose path is absolute.
    """
    folder = published(company)
    assumptions = OUT / target / "assumptions" / company
    compose(company, assumptions, folder if company == "smallest" else ROOT)
    return {
        "COMPANY": company,
        "WAREHOUSE": str(folder / "warehouse"),
        "ASSUMPTIONS": str(assumptions),
        "DEV_DATABASE": str(OUT / f"{target}.duckdb"),
        "DBT_TARGET_PATH": str(OUT / target),
        "DBT_LOG_PATH": str(OUT / target),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def dbt_unit(company: str, select: str) -> Callable[[Suite], Result]:
    """Return how the models of a company are built empty and their unit tests run on that."""

    def run(suite: Suite) -> Result:
        if not (published(company) / "warehouse" / "current").exists():
            return Result(skipped=f"{company} is not published")
        environment = dbt_environment(suite.name, company)
        Path(environment["DEV_DATABASE"]).unlink(missing_ok=True)
        dbt = str(BIN / "dbt")
        no_tests = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
        if suite.call(dbt, "build", "--empty", *no_tests, **environment):
            return Result(failed=1)
        code = suite.call(dbt, "test", "--select", select, **environment)
        path = Path(environment["DBT_TARGET_PATH"]) / "run_results.json"
        results = json.loads(path.read_text("utf-8"))["results"]
        passed = sum(1 for item in results if item["status"] == "pass")
        return Result(passed, (len(results) - passed) or int(code != 0 or not results))

    return run


def sqlfluff(suite: Suite) -> Result:
    """Lint the SQL of models and tests as dbt renders it."""
    lint = [str(BIN / "sqlfluff"), "lint", "--disable-progress-bar"]
    codes = [suite.call(*lint, "models", "tests/singular", **dbt_environment("sqlfluff"))]
    # What only another company uses is disabled for the smallest one.
    environment = dbt_environment("sqlfluff", "adventureworks")
    folders = [f"{folder}/adventureworks" for folder in ("models/staging", "tests/singular")]
    codes.append(suite.call(*lint, *folders, **environment))
    return one(max(codes))


def conventions(suite: Suite) -> Result:
    """Hold the project against its conventions."""
    environment = {
        **dbt_environment("conventions"),
        "DBT_TARGET_PATH": str(ROOT / "target" / "conventions"),
    }
    if suite.call(str(BIN / "dbt"), "parse", **environment):
        return Result(failed=1)
    return one(suite.call(str(BIN / "dbt-bouncer"), "run"))


def pytest(*paths: str) -> Callable[[Suite], Result]:
    """Return how a folder of Python tests is run; its tests are counted."""

    def run(suite: Suite) -> Result:
        if not any((ROOT / path).exists() for path in paths if not path.startswith("-")):
            return Result(skipped=f"{paths[0]} does not exist")
        report = OUT / f"{suite.name}.xml"
        report.unlink(missing_ok=True)
        base = OUT / f"{suite.name}-tmp"
        shutil.rmtree(base, ignore_errors=True)
        code = suite.call(
            sys.executable, "-m", "pytest", *paths,
            f"--junitxml={report}", f"--basetemp={base}", "--durations=10",
        )
        if not report.exists():
            return Result(failed=1)
        counts = ElementTree.parse(report).getroot()
        suites = counts.iter("testsuite")
        tests = failed = skipped = 0
        for item in suites:
            tests += int(item.get("tests", 0))
            failed += int(item.get("failures", 0)) + int(item.get("errors", 0))
            skipped += int(item.get("skipped", 0))
        why = Counter(item.get("message", "no reason given") for item in counts.iter("skipped"))
        shutil.rmtree(base, ignore_errors=True)
        return Result(tests - failed - skipped, failed or int(code != 0), left_out=dict(why))

    return run


def whole_company(
    company: str, extracts: Path, is_again: bool = False
) -> Callable[[Suite], Result]:
    """Return how a company is built from its extracts to a published warehouse.

    Again means in the folders of its last night, as every night but the first.
    """

    def run(suite: Suite) -> Result:
        if company == "demo":
            ensure_extracts(ROOT)
        if not extracts.exists():
            return Result(skipped=f"{os.path.relpath(extracts, ROOT)} does not exist")
        folder = published(company)
        if is_again and not (folder / "warehouse" / "current").exists():
            return Result(skipped=f"{company} is not published")
        if not is_again:
            shutil.rmtree(folder, ignore_errors=True)
        return one(
            suite.call(
                sys.executable, "-m", "orchestration.night",
                COMPANY=company,
                EXTRACTS=str(extracts),
                WAREHOUSE=str(folder / "warehouse"),
                ASSUMPTIONS=str(folder / "target" / "assumptions"),
                NIGHT_TARGET=str(folder / "night"),
            )
        )

    return run


def ruff(suite: Suite) -> Result:
    """Lint the Python code."""
    return one(suite.call(str(BIN / "ruff"), "check", "."))


def mypy(suite: Suite) -> Result:
    """Check the types of the Python code."""
    return one(suite.call(str(BIN / "mypy"), *PYTHON_CODE))


DEMO = ROOT / "target" / "demo" / "extracts"
# In this order, two at a time; a budget allows for the suite that runs beside it.
SUITES = [
    Suite("smallest", 120, smallest),
    Suite("ruff", 30, ruff),
    Suite("mypy", 120, mypy),
    Suite("faults", 1200, pytest("tests/faults"), after=("smallest",)),
    Suite("demo", 120, whole_company("demo", DEMO)),
    Suite("adventureworks", 240, whole_company("adventureworks", ADVENTUREWORKS)),
    Suite("published", 120, pytest("tests/published"), after=("demo", "adventureworks")),
    Suite("tutorials", 300, pytest("tests/tutorials")),
    Suite("golden", 240, pytest("tests/python/golden")),
    Suite("oracle", 120, pytest("tests/oracle")),
    Suite("python", 360, pytest("tests/python", "--ignore=tests/python/golden")),
    Suite("dbt-unit", 180, dbt_unit("smallest", "test_type:unit"), after=("smallest",)),
    Suite(
        "adventureworks-unit",
        180,
        dbt_unit("adventureworks", "test_type:unit,path:models/staging/adventureworks"),
        after=("adventureworks",),
    ),
    Suite("sqlfluff", 300, sqlfluff, after=("smallest",)),
    Suite("conventions", 90, conventions, after=("smallest",)),
    # What is promised of a night on two idle cores, once the project was parsed: under a minute.
    Suite("demo-again", 60, whole_company("demo", DEMO, True), after=("demo",), alone=True),
]
LANES = 2


def run_all(suites: list[Suite], reporter: Reporter) -> None:
    """Run suites in their order, ``LANES`` at a time, each after those it builds on."""
    names = {suite.name for suite in suites}
    waiting, running, done = list(suites), dict[Future[None], Suite](), set[str]()
    with ThreadPoolExecutor(LANES) as lanes:
        while waiting or running:
            ready = [s for s in waiting if not names & set(s.after) - done]
            for suite in startable(ready, list(running.values())):
                waiting.remove(suite)
                running[lanes.submit(run_suite, suite)] = suite
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                suite = running.pop(future)
                done.add(suite.name)
                tell(suite, reporter)


def startable(ready: list[Suite], running: list[Suite]) -> list[Suite]:
    """Return the suites that may start now; one that runs alone has nothing beside it."""
    if any(suite.alone for suite in running):
        return []
    together = [suite for suite in ready if not suite.alone]
    if together or running:
        return together[: LANES - len(running)]
    return ready[:1]


def run_suite(suite: Suite) -> None:
    """Run one suite; whatever it raises is a failure."""
    suite.log.unlink(missing_ok=True)
    since = time.monotonic()
    try:
        suite.result = suite.run(suite)
    except Exception as error:
        suite.result = Result(failed=1)
        with suite.log.open("a", encoding="utf-8") as stream:
            stream.write(f"{error!r}\n")
    suite.seconds = time.monotonic() - since
    if suite.seconds > suite.budget:
        suite.result.failed += 1


def tell(suite: Suite, reporter: Reporter) -> None:
    """Write the line of a finished suite, and the end of its log if it failed."""
    note = suite.result.skipped or f"{suite.result.passed} passed, {suite.result.failed} failed"
    if suite.seconds > suite.budget:
        note += f"; over its budget of {suite.budget} s"
    outcome = "failed" if suite.result.failed else "ok"
    reporter.add(Step(suite.name, round(suite.seconds, 1), outcome, note))
    if suite.result.failed and suite.log.exists():
        text = re.sub(r"\x1b\[[0-9;]*m", "", suite.log.read_text("utf-8", errors="replace"))
        reporter.line("\n".join(f"    {line}" for line in text.splitlines()[-60:]))


def skipped(suites: list[Suite]) -> list[str]:
    """Return what was skipped, with the reason: suites, and tests of suites that ran."""
    found = []
    for suite in suites:
        if suite.result.skipped:
            found.append(f"{suite.name} ({suite.result.skipped})")
        for why, tests in suite.result.left_out.items():
            found.append(f"{tests} of {suite.name} ({why})")
    return found


def main() -> int:
    """Run the suites that are asked for, all by default."""
    names = [suite.name for suite in SUITES]
    parser = argparse.ArgumentParser(description="Run the project's test suites.")
    parser.add_argument("suites", nargs="*", help=f"of {', '.join(names)}; all by default")
    asked = parser.parse_args().suites or names
    unknown = sorted(set(asked) - set(names))
    if unknown:
        parser.error(f"no suite {', '.join(unknown)}")
    OUT.mkdir(parents=True, exist_ok=True)
    reporter = Reporter()
    since = time.monotonic()
    chosen = [suite for suite in SUITES if suite.name in asked]
    run_all(chosen, reporter)
    total = time.monotonic() - since
    passed = sum(suite.result.passed for suite in chosen)
    failed = sum(suite.result.failed for suite in chosen)
    if total > TOTAL_BUDGET:
        failed += 1
        reporter.line(f"  all suites took more than {TOTAL_BUDGET} s", "bold red")
    reporter.line()
    reporter.table(
        ["suite", "passed", "failed", "seconds", "budget"],
        [
            [
                suite.name,
                "skipped" if suite.result.skipped else str(suite.result.passed),
                str(suite.result.failed),
                f"{suite.seconds:.1f}",
                str(suite.budget),
            ]
            for suite in chosen
        ]
        + [["all", str(passed), str(failed), f"{total:.1f}", str(TOTAL_BUDGET)]],
    )
    reporter.line()
    reporter.line(skipped_line(skipped(chosen), OUT))
    reporter.close()
    summary = f"{passed} passed, {failed} failed"
    (OUT / "summary").write_text(summary + "\n", "utf-8")
    print(summary, flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
