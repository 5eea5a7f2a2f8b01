"""Data Docs of the last runs, on demand: ``python -m orchestration.checks.data_docs``.

The library renders them from what the audit keeps of each run, which holds verdicts and figures
and no values of rows. At night nothing is rendered: it would cost every night seconds for pages
that are read when an expectation failed.
"""

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.checks.evidence import read_evidence
from orchestration.checks.expectations import build, new_context
from orchestration.checks.suites import load_suites
from orchestration.ops.exits import BadInputError, NightError
from orchestration.ops.settings import Settings
from orchestration.publishing.generations import Warehouse

SITE = Path("target") / "data-docs"
_SITE_NAME = "results"
_RUN_ID_TIME = "%Y%m%d-%H%M%S"


def build_site(settings: Settings, most_runs: int = 10) -> tuple[Path, list[str]]:
    """Render the last runs of a warehouse; return the first page and the runs, newest first.

    Raises ``BadInputError`` if no run has evaluated an expectation yet.
    """
    runs = last_runs(Warehouse(settings.absolute(settings.warehouse)), most_runs)
    if not runs:
        raise BadInputError("no run has evaluated an expectation yet; run make nightly first")
    site = settings.project_root / SITE
    shutil.rmtree(site, ignore_errors=True)
    context = new_context()
    context.add_data_docs_site(
        _SITE_NAME,
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(site),
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
    for suite in load_suites(settings.project_root, settings.company):
        _add_suite(context, suite)
    for run_id, contents in runs.items():
        for content in contents:
            _add_results(context, run_id, content)
    context.build_data_docs(site_names=[_SITE_NAME])
    return site / "index.html", list(runs)


def last_runs(warehouse: Warehouse, most: int) -> dict[str, list[dict[str, Any]]]:
    """Return the suites' results of the last runs that have any, newest run first."""
    runs: dict[str, list[dict[str, Any]]] = {}
    folder = warehouse.evidence("any").parent
    for place in sorted(folder.glob("*/"), reverse=True) if folder.exists() else ():
        contents = [read_evidence(path) for path in sorted(place.glob("expectations_*.json"))]
        contents = [content for content in contents if _is_whole(content)]
        if contents:
            runs[place.name] = contents
        if len(runs) == most:
            break
    return runs


def _is_whole(content: Mapping[str, Any]) -> bool:
    """Return whether results were kept with their expectations (older runs kept verdicts only)."""
    results = content.get("results") or []
    return bool(results) and all("kwargs" in result for result in results)


def _add_suite(context: Any, suite: Mapping[str, Any]) -> None:
    import great_expectations as gx

    expectations = [_described(item) for item in suite["expectations"]]
    context.suites.add(gx.ExpectationSuite(name=suite["name"], expectations=expectations))


def run_name(run_id: str) -> str:
    """Return what the library calls a run.

    It would take the id alone for a moment and its last characters for the time zone, one that
    may not exist.
    """
    return f"run-{run_id}"


def _add_results(context: Any, run_id: str, content: Mapping[str, Any]) -> None:
    """Put what is kept of a suite's results where the library looks for its own."""
    from great_expectations.core import ExpectationSuiteValidationResult, RunIdentifier
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    results = [_result(item) for item in content["results"]]
    met = sum(1 for item in content["results"] if item["success"])
    run = RunIdentifier(run_name=run_name(run_id), run_time=_time_of(run_id))
    name = str(content["suite"])
    suite_result = ExpectationSuiteValidationResult(
        success=met == len(results),
        results=results,
        suite_name=name,
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": met,
            "unsuccessful_expectations": len(results) - met,
            "success_percent": met * 100 / len(results),
        },
        meta={"run_id": run},
    )
    key = ValidationResultIdentifier(
        expectation_suite_identifier=ExpectationSuiteIdentifier(name=name),
        run_id=run,
        batch_identifier=name,
    )
    context.validation_results_store.set(key, suite_result)


def _result(item: Mapping[str, Any]) -> Any:
    """Return the library's result object for what is kept of one expectation."""
    from great_expectations.core import ExpectationValidationResult

    failed = item.get("exception")
    observed = dict(item["observed"])
    if item["failing"]:
        observed = {"failing": item["failing"], **observed}
    shown = [f"{name} {value}" for name, value in observed.items()] + list(item["rows"])
    return ExpectationValidationResult(
        success=item["success"],
        expectation_config=_described(item).configuration,
        result={"observed_value": "; ".join(shown) or "--"},
        exception_info={
            "raised_exception": bool(failed),
            "exception_message": failed,
            "exception_traceback": None,
        },
    )


def _described(item: Mapping[str, Any]) -> Any:
    """Return the library's object with name, why, remedy and owner as its description."""
    meta = item["meta"]
    expectation = build(item)
    expectation.description = (
        f"{meta['name']}: {meta['why']} Remedy: {meta['remedy']} Owner: {meta['owner']}."
    )
    return expectation


def _time_of(run_id: str) -> datetime:
    try:
        return datetime.strptime(run_id[:15], _RUN_ID_TIME).replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def main() -> int:
    """Build the site and say where it lies."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    try:
        settings = Settings.from_environment(for_night=False)
        with contextlib.redirect_stdout(io.StringIO()):
            page, runs = build_site(settings)
    except NightError as error:
        print(error, file=sys.stderr)
        return int(error.exit_code)
    print(f"Data Docs of {len(runs)} run{'' if len(runs) == 1 else 's'}: {SITE / page.name}")
    print(f"The last run, {runs[0]}, suite by suite:")
    for result in sorted(page.parent.glob(f"validations/*/{runs[0]}/*/*.html")):
        print(f"  {SITE / result.relative_to(page.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
