"""Building golden cases the way a night does: composing, landing, dbt with all data tests.

Run as a program, ``python -m tests.python.golden.building <folder> <case> ...``, since dbt and
DuckDB keep a database open for as long as their process lives. One process builds all cases and
parses the project once: companies of plain extracts differ in nothing that parsing sees. Each
case gets ``<folder>/<case>/`` with its warehouse and `outcome.json`.
"""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from orchestration.landing.assumptions import compose, landing_rules, resolved_settings
from orchestration.landing.findings import Finding
from orchestration.landing.land import land
from orchestration.ops.history import land_history
from tests.python.golden.companies import CASES_FOLDER, OUTCOME_FILE, PROJECT_ROOT, Built, Case

_RUN_ID = "golden"
# Results are read in memory: nobody reads artifacts or a debug log of a case.
_DBT_OPTIONS = ["--target", "night", "--quiet", "--no-write-json", "--log-level-file", "none"]


class CaseError(Exception):
    """A case that can't be built; one line for each argument."""


class Workshop:
    """A folder in which cases are built one after another.

    dbt sees the assumptions of all cases at one path, and only the warehouse and the company
    change: so the parsed project holds for all of them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._assumptions = folder / "assumptions"
        self._project = folder / "project"
        self._manifest: Manifest | None = None
        (self._project / "seeds").mkdir(parents=True)
        (self._project / "seeds" / "reference").symlink_to(PROJECT_ROOT / "seeds" / "reference")
        os.environ["ASSUMPTIONS"] = str(self._assumptions)

    def build(self, case: Case) -> dict[str, str]:
        """Compose, land and build a case; return the status of each data test.

        Raises ``CaseError`` for any finding, since a case is free of warnings too, and for a seed
        or model that could not be built.
        """
        built = Built(self._folder / case.name)
        (self._project / "seeds" / case.name).symlink_to(case.folder / "seeds")
        _no_findings(compose(case.name, self._assumptions, self._project))
        built.warehouse.generations.mkdir(parents=True)
        generation = built.warehouse.begin(_RUN_ID, {"run_id": _RUN_ID, "company": case.name})
        landed = land(
            ["extracts"],
            case.folder / "extracts",
            generation / "landing",
            built.warehouse.identities,
            rules=landing_rules(resolved_settings(self._assumptions, PROJECT_ROOT)),
            project_root=PROJECT_ROOT,
        )
        _no_findings(landed.findings)
        land_history([], generation / "landing")
        os.environ["COMPANY"] = case.name
        os.environ["WAREHOUSE"] = str(built.warehouse.root)
        return self._dbt_build()

    def _dbt_build(self) -> dict[str, str]:
        if self._manifest is None:
            self._manifest = self._dbt("parse")
        outcome = self._dbt("build", "--exclude-resource-type", "unit_test")
        results = {result.node.unique_id: result for result in outcome.results}
        if broken := [
            f"{name}: {result.status} {result.message or ''}"
            for name, result in results.items()
            if not name.startswith(("test.", "exposure.")) and result.status != "success"
        ]:
            raise CaseError(*broken)
        return {
            name.split(".")[2]: str(result.status)
            for name, result in results.items()
            if name.startswith("test.")
        }

    def _dbt(self, command: str, *arguments: str) -> Any:
        done = dbtRunner(manifest=self._manifest).invoke([command, *_DBT_OPTIONS, *arguments])
        if done.exception is not None:
            raise CaseError(str(done.exception))
        return done.result


def build_all(folder: Path, cases: Iterable[Case]) -> None:
    """Build the cases and write the outcome of each; one that fails stops no other."""
    workshop = Workshop(folder)
    for case in cases:
        problems: list[str] = []
        data_tests: dict[str, str] = {}
        try:
            data_tests = workshop.build(case)
        except CaseError as error:
            problems = [str(argument) for argument in error.args]
        path = folder / case.name / OUTCOME_FILE
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"problems": problems, "data_tests": data_tests}), "utf-8")


def _no_findings(findings: Sequence[Finding]) -> None:
    if findings:
        raise CaseError(*(str(finding) for finding in findings))


if __name__ == "__main__":
    build_all(Path(sys.argv[1]), [Case(CASES_FOLDER / name) for name in sys.argv[2:]])
