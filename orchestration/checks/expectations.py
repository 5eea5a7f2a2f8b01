"""Running the expectation suites of ``expectations/suites`` on a warehouse that is being built.

The library is slow to import and must not keep the database open, hence a process of its own: it
imports while landing and core are being built, answers one request after core and one after the
marts, and lets go of the database before each answer. What is plausible stands in the suites, not
here; their form is checked in ``suites.py``.
"""

import contextlib
import io
import json
import logging
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import IO, Any

from orchestration.checks.evidence import write_suite
from orchestration.checks.outcomes import outcome, unjudged, without_values
from orchestration.checks.suites import FOLDER, QUERY_TYPE, load_suites, stage_of
from orchestration.ops.companion import end_with_parent, parent_variable
from orchestration.ops.exits import is_machine_text

# Native expectations answer with counts, queries with their rows; what is kept of both is decided
# in `outcomes.py`.
_COUNTS_ONLY = {"result_format": "SUMMARY", "partial_unexpected_count": 0}


class SuiteError(Exception):
    """A suite that the library can't make sense of; one line for each argument."""


class ExpectationProcess:
    """A process that has the library imported by the time it is needed."""

    def __init__(self, project_root: Path, log: Path) -> None:
        """Start the process; what it prints goes to the end of ``log``."""
        with log.open("ab") as stream:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "orchestration.checks.expectations"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                cwd=project_root,
                env={**os.environ, **parent_variable(), "GX_ANALYTICS_ENABLED": "false"},
            )

    def run(self, request: Mapping[str, str]) -> None:
        """Send a request (database, run_id, evidence, stage, company) and wait for the answer.

        Raises ``SuiteError`` with a line for each expectation that the library does not know and
        each ``judged_query`` that gives no answer, and ``RuntimeError`` if the process did not
        answer; the gate misses its evidence then.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(dict(request)).encode() + b"\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = b""
        if not answer:
            code = self._process.wait(timeout=60)
            raise RuntimeError(
                f"the expectations could not be run (exit code {code}); the log says why"
            )
        if wrong := json.loads(answer)["wrong"]:
            raise SuiteError(*wrong)

    def close(self) -> None:
        """End the process if it still waits for a request, by force if it does not obey."""
        try:
            if self._process.stdin and not self._process.stdin.closed:
                self._process.stdin.close()
            self._process.wait(timeout=60)
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            if self._process.stdout:
                self._process.stdout.close()


class Evaluation:
    """The suites of a project on one database, which is open only while they are evaluated."""

    def __init__(self, database: Path) -> None:
        """Name the database; it must exist by the time a suite is evaluated."""
        context = new_context()
        # Read-only and never pooled, so that the next dbt call finds the database free.
        self._source = context.data_sources.add_sql(
            "warehouse",
            connection_string=f"duckdb:///{database}?access_mode=read_only&pool=null",
            create_temp_table=False,
        )
        self._database = database
        self._batches: dict[str, Any] = {}

    def evaluate(self, suite: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the outcome of each expectation of a suite, in the suite's order.

        Where the suite's ``judged_query`` says that there is too little to judge, all are met.
        """
        too_little = self._too_little(suite)
        if too_little is not None:
            return [unjudged(item, too_little) for item in suite["expectations"]]
        groups: dict[tuple[str, bool], list[Mapping[str, Any]]] = defaultdict(list)
        for item in suite["expectations"]:
            groups[item["meta"]["table"], item["type"] == QUERY_TYPE].append(item)
        results: dict[str, Mapping[str, Any]] = {}
        for (table, is_query), items in groups.items():
            results |= self._results(table, items, "COMPLETE" if is_query else _COUNTS_ONLY)
        observed = self._observed(suite["expectations"])
        return [
            outcome(item, results[str(item["id"])], observed.get(str(item["id"])))
            for item in suite["expectations"]
        ]

    def _results(
        self, table: str, items: Sequence[Mapping[str, Any]], result_format: Any
    ) -> dict[str, Mapping[str, Any]]:
        """Evaluate expectations of one table together, so that they share what they measure."""
        import great_expectations as gx

        expectations = [build(item) for item in items]
        suite = gx.ExpectationSuite(name=table, expectations=expectations)
        done = self._batch(table).validate(suite, result_format=result_format)
        return {
            str(result["expectation_config"]["meta"]["id"]): result
            for result in done.to_json_dict()["results"]
        }

    def _batch(self, table: str) -> Any:
        if table not in self._batches:
            schema, _, name = table.partition(".")
            asset = self._source.add_table_asset(table, schema_name=schema, table_name=name)
            definition = asset.add_batch_definition_whole_table("all_rows")
            self._batches[table] = definition.get_batch()
        return self._batches[table]

    def _too_little(self, suite: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the figures of a ``judged_query`` that says no, None if the suite is judged.

        Only a false or a zero says no. Raises ``SuiteError`` for a query that can't be run and for
        any other answer: a suite that is never judged would be met every night.
        """
        import duckdb

        query = suite.get("meta", {}).get("judged_query")
        if not query:
            return None
        name = f"{FOLDER / suite['name']}.json: meta.judged_query"
        with duckdb.connect(str(self._database), read_only=True) as connection:
            try:
                cursor = connection.execute(query)
                names = [column[0] for column in cursor.description or ()]
                rows = cursor.fetchmany(2)
            except duckdb.Error as error:
                if is_machine_text(str(error)):
                    raise
                raise SuiteError(f"{name} cannot be run; mend it: {_said(error)}") from error
        if len(rows) != 1 or not isinstance(rows[0][0], bool | int | float | Decimal):
            what = ("no row", "a row without such a value", "more rows")[len(rows)]
            raise SuiteError(
                f"{name}: expected one row whose first value is true, false or a number; found "
                f"{what}; mend it, or see whether a table or a setting that it reads is empty"
            )
        return None if rows[0][0] else dict(zip(names[1:], rows[0][1:], strict=True))

    def _observed(self, items: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Ask the ``observed_query`` of each expectation that has one: a row of figures."""
        import duckdb

        asked = {str(i["id"]): i["meta"]["observed_query"] for i in items if _observes(i)}
        if not asked:
            return {}
        found = {}
        with duckdb.connect(str(self._database), read_only=True) as connection:
            for identity, query in asked.items():
                try:
                    cursor = connection.execute(query)
                    row = cursor.fetchone()
                except duckdb.Error as error:
                    logging.getLogger(__name__).warning("observed_query: %s", error)
                    continue
                names = [column[0] for column in cursor.description or ()]
                found[identity] = dict(zip(names, row or (), strict=False))
        return found


def new_context() -> Any:
    """Return a context that lives in memory: what it is asked is kept elsewhere."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    return gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(),
            progress_bars=ProgressBarsConfig(globally=False),
            analytics_enabled=False,
        ),
    )


def _said(error: Exception) -> str:
    """Return an error of the database on one line, without anything that may be the value of a row.

    What can't be read or bound quotes words of the query: they are what is to be mended.
    """
    import duckdb

    of_the_query = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
    message = " ".join(str(error).split())
    return message if isinstance(error, of_the_query) else without_values(message)


def _observes(item: Mapping[str, Any]) -> bool:
    return bool(item["meta"].get("observed_query"))


def build(item: Mapping[str, Any]) -> Any:
    """Return the library's object for an expectation; raises what the library raises.

    The library takes an id of its own as a sign that another suite has the expectation: it stands
    in the meta.
    """
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    return ExpectationConfiguration(
        type=item["type"],
        kwargs=dict(item["kwargs"]),
        meta={"id": str(item["id"])},
    ).to_domain_obj()


def check_types(suites: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a line for each expectation whose type or arguments the library does not take."""
    wrong = []
    for suite in suites:
        for item in suite["expectations"]:
            try:
                build(item)
            except Exception as error:
                said = "; ".join(line.strip() for line in str(error).splitlines() if line.strip())
                wrong.append(
                    f"{FOLDER / suite['name']}.json: expectation {item['meta']['name']}: "
                    f"{said}; type and kwargs are those of the library"
                )
    return wrong


def validate(project_root: Path, database: Path, suite: str) -> list[dict[str, Any]]:
    """Return the outcome of each expectation of a suite on a database."""
    (chosen,) = [item for item in load_suites(project_root) if item["name"] == suite]
    return Evaluation(database).evaluate(chosen)


@cache
def buffer_rows() -> None:
    """Read each DuckDB result as a whole before its connection goes back; once a process."""
    import sqlalchemy as sa
    from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

    @sa.event.listens_for(sa.engine.Engine, "after_cursor_execute")
    def buffer(
        connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        if connection.dialect.name == "duckdb" and context is not None and cursor.description:
            context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                cursor,
                alternate_description=cursor.description,
                initial_buffer=cursor.fetchall(),
            )


def answer(request: Mapping[str, str], project_root: Path) -> list[str]:
    """Evaluate the suites of a request's stage; return what is wrong with the suites, if anything.

    The types of all suites are looked at each time, so that a mistake in one that runs after the
    marts is told after core.
    """
    suites = load_suites(project_root, request["company"])
    with contextlib.redirect_stdout(io.StringIO()):
        wrong = check_types(suites)
    if wrong:
        return wrong
    evaluation = Evaluation(Path(request["database"]))
    for suite in suites:
        if stage_of(suite) == request["stage"]:
            try:
                with contextlib.redirect_stdout(io.StringIO()):  # advice on many tables
                    results = evaluation.evaluate(suite)
            except SuiteError as error:
                wrong += error.args
                continue
            write_suite(Path(request["evidence"]), request["run_id"], str(suite["name"]), results)
    return wrong


def _own_output() -> IO[str]:
    """Return where answers go; whatever else is printed goes where errors go."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def main() -> int:
    """Import, answer one request a line until there are no more."""
    end_with_parent()
    answers = _own_output()
    buffer_rows()
    import great_expectations  # noqa: F401  (the slow part, while others work)

    for line in sys.stdin:
        wrong = answer(json.loads(line), Path.cwd())
        answers.write(json.dumps({"wrong": wrong}) + "\n")
        answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
