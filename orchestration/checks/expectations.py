"""Running the expectation suites of ``expectations/suites`` on a warehouse that is being built.

The library is slow to import and must not keep the database open, hence a process of its own: it
imports while landing and core are being built, reads its request from standard input and ends
with the answer. What is plausible stands in the suites, not here.

A result says whether an expectation is met, how many objects are not, and whether it could be
evaluated at all; it never holds values.
"""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.checks.evidence import write_suite
from orchestration.ops.companion import end_with_parent, parent_variable

CONTEXT_FOLDER = "expectations"


def load_suites(project_root: Path) -> list[dict[str, Any]]:
    """Return all suites as they are written, by name."""
    folder = project_root / CONTEXT_FOLDER / "suites"
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]


class ExpectationProcess:
    """A process that has the library imported by the time it is needed."""

    def __init__(self, project_root: Path, log: Path) -> None:
        """Start the process; what it prints goes to the end of ``log``."""
        with log.open("ab") as stream:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "orchestration.checks.expectations"],
                stdin=subprocess.PIPE,
                stdout=stream,
                stderr=stream,
                cwd=project_root,
                env={**os.environ, **parent_variable(), "GX_ANALYTICS_ENABLED": "false"},
            )

    def run(self, request: Mapping[str, str]) -> None:
        """Send the request (database, run_id, evidence) and wait for the end.

        Raises ``RuntimeError`` if the process did not end well; the gate misses its evidence then.
        """
        self._process.communicate(json.dumps(dict(request)).encode())
        if self._process.returncode != 0:
            raise RuntimeError(
                f"the expectations could not be run (exit code {self._process.returncode}); "
                "the log says why"
            )

    def close(self) -> None:
        """End the process if it still waits for its request, by force if it does not obey."""
        try:
            if self._process.stdin and not self._process.stdin.closed:
                self._process.stdin.close()
            self._process.wait(timeout=60)
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise


def validate(project_root: Path, database: Path, suite: str) -> list[dict[str, Any]]:
    """Return the outcome of each expectation of a suite on a database."""
    import great_expectations as gx

    os.environ["EXPECTATIONS_DATABASE"] = str(database)
    context = gx.get_context(mode="file", context_root_dir=project_root / CONTEXT_FOLDER)
    asset = context.data_sources.get("warehouse").get_asset(_asset_of(project_root, suite))
    batch = asset.get_batch_definition("all_rows").get_batch()
    results = []
    for expectation in context.suites.get(suite).expectations:
        counts = expectation.expectation_type == "unexpected_rows_expectation"
        results.append(
            _outcome(
                str(expectation.id),
                batch.validate(
                    expectation, result_format="COMPLETE" if counts else "BOOLEAN_ONLY"
                ).to_json_dict(),
            )
        )
    return results


def _asset_of(project_root: Path, suite: str) -> str:
    path = project_root / CONTEXT_FOLDER / "suites" / f"{suite}.json"
    return str(json.loads(path.read_text("utf-8"))["meta"]["asset"])


def _outcome(expectation_id: str, result: Mapping[str, Any]) -> dict[str, Any]:
    """Reduce a result to its verdict, the sum of its counts and what went wrong."""
    information = result.get("exception_info") or {}
    details = [information] if "raised_exception" in information else information.values()
    exceptions = [
        str(detail.get("exception_message"))
        for detail in details
        if isinstance(detail, dict) and detail.get("raised_exception")
    ]
    rows = ((result.get("result") or {}).get("details") or {}).get("unexpected_rows") or []
    return {
        "id": expectation_id,
        "success": bool(result.get("success")) and not exceptions,
        "failing": sum(int(row["failing"]) for row in rows) if not exceptions else None,
        "exception": _without_values(exceptions[0]) if exceptions else None,
    }


def _without_values(message: str) -> str:
    """Return an exception's message without its statement and without anything it quotes."""
    text = " ".join(message.split()).partition(" [SQL:")[0]
    return re.sub(r"'[^']*'|\"[^\"]*\"", "'...'", text)[:300]


def buffer_rows() -> None:
    """Read each DuckDB result as a whole before its connection goes back."""
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


def main() -> int:
    """Import, wait for the request, answer it; an empty request means that nobody asks."""
    end_with_parent()
    buffer_rows()
    import great_expectations  # noqa: F401  (the slow part, while others work)

    text = sys.stdin.read()
    if not text:
        return 0
    request = json.loads(text)
    project_root = Path.cwd()
    for suite in load_suites(project_root):
        name = str(suite["name"])
        with contextlib.redirect_stdout(io.StringIO()):  # advice on queries over several tables
            results = validate(project_root, Path(request["database"]), name)
        write_suite(Path(request["evidence"]), request["run_id"], name, results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
