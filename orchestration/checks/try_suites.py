"""Holding the suites against the published warehouse, without a night.

``python -m orchestration.checks.try_suites [suite ...]``: for whoever writes a suite. Nothing is
kept, nothing is changed; the exit code is that of a night.
"""

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.checks.expectations import Evaluation, SuiteError, buffer_rows, check_types
from orchestration.checks.outcomes import figures
from orchestration.checks.suites import check_suites, load_suites
from orchestration.ops.exits import BadInputError, ExitCode, NightError
from orchestration.ops.settings import Settings
from orchestration.publishing.generations import DATABASE, Warehouse


def tables_of(database: Path) -> set[str]:
    """Return the tables and views of a warehouse, ``schema.table`` each."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
    return {str(row[0]) for row in rows}


def chosen_suites(settings: Settings, database: Path, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the suites that are asked for, all by default; raise ``BadInputError`` if wrong."""
    root, company = settings.project_root, settings.company
    wrong = check_suites(root, tables_of(database), company)
    suites = load_suites(root, company)
    known = [str(suite["name"]) for suite in suites]
    if unknown := sorted(set(names) - set(known)):
        wrong.append(f"SUITE: no suite {', '.join(unknown)}; there are {', '.join(known)}")
    suites = [suite for suite in suites if not names or suite["name"] in names]
    if not wrong:
        with contextlib.redirect_stdout(io.StringIO()):
            wrong = check_types(suites)
    if wrong:
        raise BadInputError(*wrong)
    return suites


def lines_of(suite: dict[str, Any], results: Sequence[dict[str, Any]]) -> list[str]:
    """Return what is said of a suite: a line for each expectation, more where it is not met."""
    lines = []
    for result in results:
        name = f"{suite['name']}.{result['name']}"
        said = figures(result)
        if result["success"]:
            lines.append(f"  met      {name}" + (f" ({said})" if said else ""))
            continue
        found = f"{result['failing']} failing" if result["failing"] else said or "not met"
        if result["exception"]:
            found = f"could not be evaluated: {result['exception']}"
        lines.append(f"  NOT MET  {name}: {found}")
        lines += [f"             {row}" for row in result["rows"]]
        lines += [f"           {key}: {result['meta'][key]}" for key in ("why", "remedy", "owner")]
    return lines


def main(arguments: Sequence[str]) -> int:
    """Evaluate and print; return 0 if all are met, 3 if not, 2 if a suite is wrong.

    Arguments are names of suites, separated by blanks too, as SUITE has them; none means all.
    """
    names = " ".join(arguments).split()
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    bad = 0
    try:
        settings = Settings.from_environment(for_night=False)
        warehouse = Warehouse(settings.absolute(settings.warehouse))
        database = warehouse.current / DATABASE
        if not database.exists():
            raise BadInputError("nothing is published yet; run make nightly first")
        buffer_rows()
        suites = chosen_suites(settings, database, names)
        evaluation = Evaluation(database)
        for suite in suites:
            with contextlib.redirect_stdout(io.StringIO()):
                results = evaluation.evaluate(suite)
            print("\n".join(lines_of(suite, results)), flush=True)
            bad += sum(1 for result in results if not result["success"])
    except SuiteError as error:
        print(*error.args, sep="\n", file=sys.stderr)
        return int(ExitCode.BAD_INPUT)
    except NightError as error:
        print(error, file=sys.stderr)
        return int(error.exit_code)
    return int(ExitCode.CHECK_FAILED if bad else ExitCode.PUBLISHED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
