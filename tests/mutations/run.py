"""Try every mutation: ``python tests/mutations/run.py [--only TEXT] [--seeds N]``.

Each is written into a copy of the project, and judges look at it, the quickest first, until one
is red: the unit tests of the models that it touches, the oracle on the smallest company, the
published examples and companies of seeds, the night of the smallest company with all its data
tests. Before that they look at the project as it is, which none may catch. Prints who caught what;
the exit code is 1 if one survives or does not even run. About ten seconds a mutation.
"""

import argparse
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from dbt.cli.main import dbtRunner  # noqa: E402

from orchestration.ops.exits import ExitCode  # noqa: E402
from orchestration.ops.history import land_history  # noqa: E402
from tests.mutations.catalogue import MUTATIONS  # noqa: E402
from tests.mutations.mutation import Mutation  # noqa: E402
from tests.oracle.company import Company, read_company  # noqa: E402
from tests.oracle.judging import SEEDS_THAT_FAILED, judge, seeded  # noqa: E402
from tests.oracle.workshop import WorkshopError, compiled, prepare  # noqa: E402
from tests.python.golden.companies import find_cases  # noqa: E402
from tests.python.sandbox import SMALLEST, Sandbox  # noqa: E402

PLACE = ROOT / "target" / "mutations"
COPIED = ("dbt_project.yml", "profiles.yml", "models", "macros", "seeds/reference")
TESTS = ("tests/unit", "tests/generic", "tests/singular")
FIRST_SEED = 1000
_OPTIONS = ["--target", "dev", "--quiet", "--log-level-file", "none", "--no-write-json"]


class Project:
    """A copy of the project, with the smallest company landed and its models built empty."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.rmtree(root.parent, ignore_errors=True)
        root.mkdir(parents=True)
        for name in (*COPIED, *TESTS):
            source, target = ROOT / name, root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copy(source, target)
        folder = root.parent / "smallest"
        prepare(read_company("smallest", SMALLEST), folder)
        land_history([], folder / "landing")
        (folder / "warehouse" / "current").mkdir(parents=True)
        (folder / "warehouse" / "current" / "landing").symlink_to(folder / "landing")
        shutil.copytree(folder / "assumptions", folder / "warehouse" / "assumptions")
        os.environ |= {
            "COMPANY": "smallest",
            "WAREHOUSE": str(folder / "warehouse"),
            "ASSUMPTIONS": str(folder / "warehouse" / "assumptions"),
            "DEV_DATABASE": str(root.parent / "dev.duckdb"),
            "DBT_PROJECT_DIR": str(root),
            "DBT_PROFILES_DIR": str(root),
            "DBT_TARGET_PATH": str(root.parent / "target"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        no_tests = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
        results = self.dbt("build", "--empty", *no_tests)
        if failed := [x.node.name for x in results if str(x.status) in ("error", "skipped")]:
            raise WorkshopError(f"not built: {', '.join(failed)}")

    def dbt(self, command: str, *arguments: str) -> list[Any]:
        """Run dbt in this process; return the results."""
        with (PLACE / "dbt.log").open("a") as log, redirect_stdout(log):
            done = dbtRunner().invoke([command, *_OPTIONS, *arguments])
        if done.result is None:
            raise WorkshopError(str(done.exception))
        return list(done.result)  # type: ignore[arg-type]

    @contextmanager
    def changed(self, mutation: Mutation) -> Iterator[None]:
        """Have the defect in the copy for as long as the context lasts."""
        path = self.root / mutation.file
        text = path.read_text("utf-8")
        if text.count(mutation.old) != 1:
            raise WorkshopError(f"{mutation.file} does not hold its old text once")
        path.write_text(text.replace(mutation.old, mutation.new), "utf-8")
        try:
            yield
        finally:
            path.write_text(text, "utf-8")

    def touched(self, mutation: Mutation) -> list[str]:
        """Return the models whose SQL the mutation changes."""
        if mutation.file.startswith("models/"):
            return [Path(mutation.file).stem]
        macros = re.findall(r"{% macro (\w+)\(", (self.root / mutation.file).read_text("utf-8"))
        used = re.compile(rf"\b({'|'.join(macros)})\(")
        models = sorted((self.root / "models").rglob("*.sql"))
        return [path.stem for path in models if used.search(path.read_text("utf-8"))]


def by_unit_tests(project: Project, mutation: Mutation) -> str:
    """Return the first unit test that fails, nothing if none does."""
    selection = [f"{model},test_type:unit" for model in project.touched(mutation)]
    if not selection:
        return ""
    results = project.dbt("test", "--select", *selection)
    broken = [result for result in results if str(result.status) == "error"]
    if broken:
        raise WorkshopError(f"{broken[0].node.name}: {broken[0].message}")
    failed = [result.node.name for result in results if str(result.status) == "fail"]
    return f"unit test {failed[0]}" if failed else ""


def by_oracle(project: Project, companies: list[tuple[str, Company]]) -> str:
    """Return the first company on which the oracle disagrees."""
    steps = compiled(project.root, companies[0][1], PLACE)
    for name, company in companies:
        found = judge(company, steps, PLACE / "company")
        if any(line.startswith("could not be built") for line in found):
            raise WorkshopError(f"{name}: {found[0]}")
        if found:
            return f"oracle, {name}"
    return ""


def by_night(mutation: Mutation | None) -> str:
    """Return the first data test that stops the night of the smallest company, if one does."""
    folder = PLACE / "night"
    shutil.rmtree(folder, ignore_errors=True)
    sandbox = Sandbox(folder)
    if mutation:
        path = folder / mutation.file
        path.write_text(path.read_text("utf-8").replace(mutation.old, mutation.new), "utf-8")
    code, output = sandbox.night()
    lines = re.findall(r"assert_\w+|unique_\w+|not_null_\w+", output)
    if code and (code not in (ExitCode.CHECK_FAILED, ExitCode.BAD_INPUT) or not lines):
        raise WorkshopError(f"night of the smallest company, exit code {code}: {output[-300:]}")
    return f"night of the smallest company, {lines[0]}" if code else ""


def judges(project: Project, mutation: Mutation, companies: list[tuple[str, Company]]) -> str:
    """Return who catches a mutation, the quickest judge first; nothing if it survives."""
    with project.changed(mutation):
        found = by_unit_tests(project, mutation) or by_oracle(project, companies)
    return found or by_night(mutation)


def main() -> int:
    """Try the mutations; return 1 if one survives."""
    parser = argparse.ArgumentParser(description="Try deliberate defects on the tests.")
    parser.add_argument("--only", default="", help="those whose file or reason holds this text")
    parser.add_argument("--seeds", type=int, default=12, help="companies of seeds to judge")
    asked = parser.parse_args()
    chosen = [item for item in MUTATIONS if asked.only in f"{item.file} {item.why}"]
    PLACE.mkdir(parents=True, exist_ok=True)
    companies = [("the smallest company", read_company("smallest", SMALLEST))]
    companies += [(case.name, read_company(case.name, case.folder)) for case in find_cases()]
    seeds = (*SEEDS_THAT_FAILED, *range(FIRST_SEED, FIRST_SEED + asked.seeds))
    companies += [(f"seed {seed}", seeded(seed)) for seed in seeds]
    project = Project(PLACE / "scratch" / "project")
    if red := by_oracle(project, companies) or by_night(None):
        print(f"red without any mutation: {red}")
        return 1
    survived = 0
    for number, mutation in enumerate(chosen, 1):
        since = time.monotonic()
        try:
            caught = judges(project, mutation, companies)
        except WorkshopError as error:
            caught = ""
            print(f"      does not run: {error.args[0][:300]}")
        survived += not caught
        took = f"{time.monotonic() - since:.0f} s"
        print(f"{number:3}/{len(chosen)} {mutation.file}: {mutation.why}")
        print(f"      {f'caught by {caught}' if caught else 'SURVIVED'} ({took})", flush=True)
    print(f"{len(chosen) - survived} of {len(chosen)} mutations caught, {survived} survived")
    return int(bool(survived))


if __name__ == "__main__":
    sys.exit(main())
