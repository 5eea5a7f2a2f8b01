"""Landing for Spark: a company's extracts as typed Parquet where the cluster reads them.

A night lands and builds; a company that outgrew one machine lands here and builds on Spark. The
same landing, with the same checks, as the night's; what is built from it does not belong here.

    LANDING=<folder> COMPANY=<name> EXTRACTS=<folder> python -m orchestration.spark.land
"""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from orchestration.landing.assumptions import compose, resolved_settings
from orchestration.landing.findings import Finding, has_errors
from orchestration.landing.land import land
from orchestration.landing.settings import landing_rules
from orchestration.ops.exits import BadInputError, NightError
from orchestration.ops.history import land_history
from orchestration.ops.settings import Settings
from orchestration.publishing.files import read_json_lines, replace_folder
from orchestration.publishing.generations import Warehouse, refuse_other_company
from orchestration.publishing.lock import run_lock

VARIABLE = "LANDING"
MARKER = ".landing-for-spark"  # in each folder that is made here, and in no other


def land_for_spark(settings: Settings, folder: Path) -> tuple[int, list[Finding]]:
    """Land the company's extracts into ``folder``; return the number of tables and the warnings.

    An earlier landing is replaced only by one without errors, and nothing but a landing is: a
    folder that holds something else is refused, and so is the warehouse of another company.
    ``BadInputError`` says what is wrong. Names of persons go to a file of their own beside the
    identities of the warehouse, which stay those of the published run, and never to ``folder``.
    """
    folder = folder.resolve()
    _refuse_others(folder)
    warehouse = Warehouse(settings.absolute(settings.warehouse))
    assumptions = settings.absolute(settings.assumptions)
    new, old = (folder.with_name(f".{folder.name}.{end}") for end in ("new", "old"))
    holder: dict[str, str | int] = {
        "pid": os.getpid(),
        "run_id": "landing for Spark",
        "company": settings.company,
    }
    # The folder of the assumptions is that of the company's nights.
    with (
        run_lock(warehouse.root, holder),
        run_lock(settings.absolute(settings.dbt_target), holder),
    ):
        refuse_other_company(warehouse, settings.company, "this landing")
        for path in (new, old):
            _refuse_others(path)
        findings = compose(settings.company, assumptions, settings.project_root)
        _refuse_errors(findings)
        _remove(new)
        new.mkdir(parents=True)
        (new / MARKER).touch()
        result = land(
            settings.systems(),
            settings.absolute(settings.extracts),
            new,
            warehouse.spark_identities,
            rules=landing_rules(resolved_settings(assumptions, settings.project_root)),
            project_root=settings.project_root,
        )
        findings += result.findings
        _refuse_errors(findings)
        land_history(read_json_lines(warehouse.runs), new)
        replace_folder(folder, new)
    return len(result.tables), findings


def _refuse_others(path: Path) -> None:
    """Raise ``BadInputError`` if something stands here that was not made by a landing."""
    if not os.path.lexists(path) or (path / MARKER).is_file():
        return
    if path.is_symlink() or not path.is_dir() or any(path.iterdir()):
        raise BadInputError(
            f"{VARIABLE}: {path} holds something else than a landing, which would be deleted; "
            "name a new or an empty folder"
        )


def _remove(path: Path) -> None:
    if path.exists():
        shutil.rmtree(path)


def _refuse_errors(findings: list[Finding]) -> None:
    if has_errors(findings):
        raise BadInputError(*(str(finding) for finding in findings))


def main(environment: Mapping[str, str] | None = None) -> int:
    """Land what the environment names; print the findings; answer the night's exit codes."""
    source = os.environ if environment is None else environment
    try:
        settings = Settings.from_environment(source)
        given = source.get(VARIABLE, "")
        if not given or "://" in given:
            raise BadInputError(
                f"{VARIABLE}: expected a folder of this machine; found {given or 'nothing'!r}; "
                "land into a folder and copy it to the storage of the cluster"
            )
        count, findings = land_for_spark(settings, settings.absolute(Path(given)))
    except NightError as error:
        print(error, file=sys.stderr)
        return int(error.exit_code)
    for finding in findings:
        print(finding)
    print(f"Landed {count} tables of {settings.company} in {given}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
