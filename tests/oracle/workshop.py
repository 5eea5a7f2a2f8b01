"""The warehouse's own answer for many small companies, fast.

dbt compiles the project once; every further company is landed as a night lands it, and what dbt
compiled runs over its landing in a DuckDB in memory, in the order of the models and with the
types of their contracts. That takes seconds for what takes dbt half a minute. `test_workshop.py`
holds one company against a build by dbt itself.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.landing.assumptions import compose, landing_rules, resolved_settings
from orchestration.landing.findings import Finding
from orchestration.landing.land import land
from tests.oracle.company import Company

PROJECT_ROOT = Path(__file__).resolve().parents[2]
LANDING = "@landing@"
WANTED = (
    "fct_contribution_lines_monthly",
    "fct_process_cost_rates_monthly",
    "fct_cost_assignments",
    "rpt_company_result_monthly",
)
_SOURCES = ("models", "macros", "seeds/reference", "dbt_project.yml", "profiles.yml")


class WorkshopError(Exception):
    """A company that can't be built; one line for each argument."""


@dataclass(frozen=True, slots=True)
class Step:
    """One relation: a seed with its file, or a model with its query."""

    relation: str
    kind: str
    columns: list[tuple[str, str]]
    text: str


def source_hash(root: Path) -> str:
    """Return a hash of everything that compiling reads."""
    digest = hashlib.sha256()
    for source in _SOURCES:
        paths = [root / source] if (root / source).is_file() else sorted((root / source).rglob("*"))
        for path in paths:
            if path.is_file() and path.suffix in (".sql", ".yml", ".csv", ".md"):
                digest.update(f"{path.relative_to(root)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def compiled(root: Path, company: Company, place: Path) -> list[Step]:
    """Return the steps of a project, compiled by dbt unless they lie in ``place`` already."""
    path = place / f"steps-{source_hash(root)}.json"
    if not path.exists():
        run_dbt("compile", root, company, place, path)
    return read_steps(path)


def read_steps(path: Path) -> list[Step]:
    """Read steps that were written."""
    return [
        Step(relation, kind, [(name, data_type) for name, data_type in columns], text)
        for relation, kind, columns, text in json.loads(path.read_text("utf-8"))
    ]


def run_dbt(command: str, root: Path, company: Company, place: Path, out: Path) -> Path:
    """Compile or build a company with dbt, write the steps; return the database.

    In a process of its own, because dbt keeps its state and its database open.
    """
    folder = place / command
    shutil.rmtree(folder, ignore_errors=True)
    prepare(company, folder)
    work = folder / "warehouse" / "work"
    work.mkdir(parents=True)
    (work / "landing").symlink_to(folder / "landing")
    # dbt writes its own SQL over a seed whose path is absolute.
    shutil.copytree(folder / "assumptions", folder / "warehouse" / "assumptions")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.oracle.compiling", command, str(out)],
        cwd=PROJECT_ROOT,
        env={
            **kept,
            "COMPANY": company.name,
            "WAREHOUSE": str(folder / "warehouse"),
            "ASSUMPTIONS": str(folder / "warehouse" / "assumptions"),
            "DBT_PROJECT_DIR": str(root),
            "DBT_PROFILES_DIR": str(root),
            "DBT_TARGET_PATH": str(place / "target"),
            "DBT_LOG_PATH": str(place / "target"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not out.exists():
        raise WorkshopError(done.stdout + done.stderr)
    return work / "warehouse.duckdb"


def _compose(company: Company, folder: Path) -> None:
    """Compose the assumptions of a company that was written into a folder."""
    project = folder / "project"
    (project / "seeds").mkdir(parents=True, exist_ok=True)
    for name, target in (
        ("reference", PROJECT_ROOT / "seeds" / "reference"),
        (company.name, folder / "seeds"),
    ):
        link = project / "seeds" / name
        link.unlink(missing_ok=True)
        link.symlink_to(target.resolve())
    _stop(compose(company.name, folder / "assumptions", project))


def _stop(findings: Iterable[Finding]) -> None:
    if errors := [str(finding) for finding in findings if finding.severity == "error"]:
        raise WorkshopError(*errors)


def prepare(company: Company, folder: Path) -> None:
    """Write and land a company in a folder, as a night does."""
    company.write(folder)
    land_written(company, folder)


def land_written(company: Company, folder: Path) -> None:
    """Compose and land a company whose files lie in a folder already."""
    _compose(company, folder)
    landed = land(
        ["extracts"],
        folder / "extracts",
        folder / "landing",
        folder / "identities" / "identities.duckdb",
        rules=landing_rules(resolved_settings(folder / "assumptions", PROJECT_ROOT)),
        project_root=PROJECT_ROOT,
        threads=1,
    )
    _stop(landed.findings)


@contextmanager
def built(
    steps: Iterable[Step], folder: Path, threads: int = 1
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Run the steps over what was landed in a folder; give the connection to the answer."""
    with duckdb.connect(config={"threads": threads, "preserve_insertion_order": False}) as found:
        for schema in ("seeds", "staging", "core", "intermediate", "marts", "governance"):
            found.execute(f"create schema if not exists {schema}")
        for step in steps:
            try:
                run_step(found, step, folder)
            except duckdb.Error as error:
                raise WorkshopError(f"{step.relation}: {error}") from error
        yield found


def run_step(connection: duckdb.DuckDBPyConnection, step: Step, folder: Path) -> None:
    """Create the relation of one step."""
    defined = ", ".join(f'"{name}" {data_type}' for name, data_type in step.columns)
    if step.kind == "seed":
        path = Path(step.text)
        path = path if path.is_absolute() else folder / "assumptions" / step.text
        connection.execute(f"create table {step.relation} ({defined})")
        connection.execute(
            f"insert into {step.relation} by name "
            f"select * from read_csv('{path}', header = true, all_varchar = true)"
        )
        return
    query = step.text.replace(LANDING, str(folder / "landing"))
    if step.kind == "view":
        connection.execute(f"create view {step.relation} as {query}")
    elif step.columns:
        names = ", ".join(f'"{name}"' for name, _ in step.columns)
        connection.execute(f"create table {step.relation} ({defined})")
        connection.execute(f"insert into {step.relation} ({names}) select {names} from ({query})")
    else:
        connection.execute(f"create table {step.relation} as {query}")
