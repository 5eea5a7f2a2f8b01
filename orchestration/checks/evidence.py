"""What the steps of a run leave behind for the gate: one JSON file each.

Each file says which run it belongs to. Evidence of another run is no evidence.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from orchestration.landing.findings import Finding
from orchestration.landing.results import TableResult
from orchestration.publishing.files import write_json

LANDING_FILE = "landing.json"
RUN_ID_VARIABLE = "DBT_ENV_CUSTOM_ENV_RUN_ID"


def dbt_file(call: str) -> str:
    """Return the name of the file that keeps the run results of one dbt call."""
    return f"dbt_{call}.json"


def suite_file(suite: str) -> str:
    """Return the name of the file that keeps the results of one expectation suite."""
    return f"expectations_{suite}.json"


def write_landing(
    folder: Path,
    run_id: str,
    findings: Iterable[Finding],
    tables: int,
    results: Iterable[TableResult] = (),
) -> None:
    """Keep the findings of landing, the number of tables that it landed and what became of them."""
    write_json(
        folder / LANDING_FILE,
        {
            "run_id": run_id,
            "tables": tables,
            "findings": [asdict(finding) for finding in findings],
            "results": [asdict(result) for result in results],
        },
    )


def write_suite(
    folder: Path, run_id: str, suite: str, results: Sequence[Mapping[str, Any]]
) -> None:
    """Keep the results of one expectation suite."""
    write_json(
        folder / suite_file(suite),
        {"run_id": run_id, "suite": suite, "results": [dict(result) for result in results]},
    )


def expectation_rows(folder: Path, check_id: str) -> list[str]:
    """Return what is kept of the rows of an expectation that is not met."""
    _, suite, expectation_id = check_id.split(".")
    for result in read_evidence(folder / suite_file(suite)).get("results") or ():
        if result.get("id") == expectation_id:
            return [str(row) for row in result.get("rows") or ()]
    return []


def read_evidence(path: Path) -> dict[str, Any]:
    """Return the content of an evidence file, empty if it is missing or cannot be read."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def run_of_dbt(artifact: Mapping[str, Any]) -> str | None:
    """Return the run id in a dbt artifact's metadata."""
    environment = (artifact.get("metadata") or {}).get("env") or {}
    run_id = environment.get(RUN_ID_VARIABLE.removeprefix("DBT_ENV_CUSTOM_ENV_"))
    return str(run_id) if run_id is not None else None
