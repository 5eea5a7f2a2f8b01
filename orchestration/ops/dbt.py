"""The dbt calls of a night: what each selects, and how it is started.

A night makes two calls, and a third one to parse after the project has changed. Every call is a
process of its own; it writes to one target folder, so that partial parsing works, and its run
results are kept beside the other evidence of the run.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from orchestration.checks.evidence import RUN_ID_VARIABLE, dbt_file, read_evidence
from orchestration.ops.companion import parent_variable
from orchestration.ops.dbt_calls import CORE_CALL, UP_TO_CORE, call_nodes
from orchestration.ops.exits import ExitCode, NightError, is_machine_text
from orchestration.ops.settings import NO_TELEMETRY, Settings
from orchestration.publishing.files import write_json

RESULTS = "run_results.json"
_NOT_AT_NIGHT = ("unit_test", "exposure", "saved_query")  # the last two do nothing in a build
_BUILD = [
    *("build", "--indirect-selection", "cautious"),
    *(word for kind in _NOT_AT_NIGHT for word in ("--exclude-resource-type", kind)),
]
_DEFINITION_FOLDERS = ("models", "macros", "seeds/reference", "tests/generic", "tests/singular")


class DbtError(NightError):
    """A dbt call that failed; its run results say more, if it got that far."""


class NightDbt:
    """dbt for one run of one company."""

    def __init__(self, settings: Settings, run_id: str, evidence: Path) -> None:
        self.settings = settings
        self.target = settings.absolute(settings.dbt_target)
        self.evidence = evidence
        self.environment = {
            **os.environ,
            **settings.dbt_environment(),
            **parent_variable(),
            RUN_ID_VARIABLE: run_id,
            "DBT_LOG_FORMAT": "json",
            "DBT_LOG_FORMAT_FILE": "text",
            "DBT_LOG_LEVEL_FILE": "info",  # statements cost a fifth of what its threads do
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.target),
            "DBT_PROJECT_DIR": str(settings.project_root),
            "DBT_PROFILES_DIR": str(settings.project_root),
            **NO_TELEMETRY,
            "DBT_VERSION_CHECK": "false",
            "PYTHONUNBUFFERED": "1",
        }

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of a call."""
        child = [sys.executable, "-m", "orchestration.ops.dbt_child"]
        return [*child, *arguments, "--target", "night"]

    @property
    def _kept(self) -> Path:
        return self.target / "definition.json"

    def kept_manifest(self) -> dict[str, Any] | None:
        """Return the manifest that a night has kept of the project as it stands, None without."""
        definition = read_evidence(self._kept)
        is_of_now = (
            definition.get("project_root") == str(self.settings.project_root)
            and definition.get("fingerprint") == self._fingerprint()
        )
        return dict(definition["manifest"]) if is_of_now else None

    def manifest(self) -> dict[str, Any]:
        """Return the manifest of the project as it stands; parses only if something changed.

        It is kept under another name than dbt's own, which a killed run may leave half-written.
        """
        kept = self._kept
        root, fingerprint = str(self.settings.project_root), self._fingerprint()
        definition = read_evidence(kept)
        if definition.get("project_root") != root:
            # What dbt keeps of a parse leads back to where the project was: it would load the
            # seeds that lie there.
            (self.target / "partial_parse.msgpack").unlink(missing_ok=True)
            definition = {}
        if definition.get("fingerprint") != fingerprint:
            self._parse()
            manifest = read_evidence(self.target / "manifest.json")
            definition = {"project_root": root, "fingerprint": fingerprint, "manifest": manifest}
            write_json(kept, definition)
        return dict(definition["manifest"])

    def build(
        self, call: str, context: Any, manifest: Mapping[str, Any], again: bool = False
    ) -> Iterator[Any]:
        """Run one build call, yielding dbt's raw events; keeps its run results in any case.

        ``again`` lets dbt retry what an earlier attempt of this run has not finished.
        """
        from dagster_dbt import DagsterDbtTranslator
        from dagster_dbt.core.dbt_cli_invocation import DbtCliInvocation
        from dbt.version import __version__ as dbt_version
        from packaging.version import Version

        results = self.target / RESULTS
        results.unlink(missing_ok=True)
        side = "--select" if call == CORE_CALL else "--exclude"
        arguments = [*_BUILD, side, *UP_TO_CORE.split()]
        before: dict[str, Any] = {}
        if again:
            before = with_skipped(
                read_evidence(self.evidence / dbt_file(call)), call_nodes(manifest, call)
            )
            state = self.target / "retry"
            state.mkdir(parents=True, exist_ok=True)
            write_json(state / RESULTS, before)
            arguments = ["retry", "--state", str(state)]
        invocation = DbtCliInvocation.run(
            args=self.command(*arguments),
            env=self.environment,
            manifest=manifest,
            dagster_dbt_translator=DagsterDbtTranslator(),
            project_dir=self.settings.project_root,
            target_path=self.target,
            raise_on_error=False,
            context=context,
            adapter=None,
            cli_version=Version(dbt_version),
        )
        try:
            yield from invocation.stream_raw_events()
        finally:
            if results.exists():
                kept = self.evidence / dbt_file(call)
                shutil.copyfile(results, kept)
                if again:
                    write_json(kept, merged_results(before, read_evidence(results)))
        error = invocation.get_error()
        if error is not None:
            raise dbt_error(str(error), invocation.process.returncode) from error

    def _parse(self) -> None:
        done = subprocess.run(
            self.command("parse"),
            cwd=self.settings.project_root,
            env={**self.environment, "DBT_LOG_FORMAT": "text"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            text = "\n".join(line for line in done.stdout.splitlines()[-30:] if line.strip())
            raise NightError(
                "the dbt project cannot be parsed:",
                text or done.stderr[-2000:],
                exit_code=ExitCode.MACHINE if is_machine_text(text) else ExitCode.OTHER,
            )

    def _fingerprint(self) -> str:
        """Return a hash of all that decides which models, seeds and tests there are."""
        root = self.settings.project_root
        digest = hashlib.sha256(json.dumps(self.settings.dbt_environment()).encode())
        files = [root / "dbt_project.yml", root / "profiles.yml", root / "requirements.lock"]
        for folder in (*_DEFINITION_FOLDERS, self.settings.absolute(self.settings.assumptions)):
            files += sorted(path for path in (root / folder).rglob("*") if path.is_file())
        for path in files:
            digest.update(f"{os.path.relpath(path, root)}\0".encode())
            if path.suffix != ".csv" and path.exists():  # rows of seeds decide nothing here
                digest.update(path.read_bytes())
        return digest.hexdigest()


def with_skipped(before: Mapping[str, Any], node_ids: Iterable[str]) -> dict[str, Any]:
    """Return the run results of a call with those of its nodes that it never came to.

    An interrupted call leaves them out, and a retry knows only what is there.
    """
    there = {item["unique_id"] for item in before["results"]}
    skipped: list[dict[str, Any]] = [
        {
            "unique_id": node_id,
            "status": "skipped",
            "timing": [],
            "thread_id": "",
            "execution_time": 0,
            "adapter_response": {},
            "message": None,
            "failures": None,
            "compiled": False,
            "compiled_code": None,
            "relation_name": None,
            "batch_results": None,
        }
        for node_id in node_ids
        if node_id not in there
    ]
    return {**before, "results": [*before["results"], *skipped]}


def merged_results(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the run results of a call with those of its retry in place of what they replace."""
    again = {item["unique_id"] for item in after.get("results") or ()}
    kept = [item for item in before.get("results") or () if item["unique_id"] not in again]
    return {**after, "results": [*kept, *(after.get("results") or ())]}


def dbt_error(text: str, return_code: int) -> DbtError:
    """Return what a failed dbt call amounts to, from what dagster-dbt says of it."""
    if return_code in (-signal.SIGKILL, 128 + signal.SIGKILL):
        return DbtError(
            "dbt was killed from outside; on most machines that means too little memory",
            exit_code=ExitCode.MACHINE,
        )
    said = text.partition("Errors parsed from dbt logs:")[2].strip() or text
    lines = [line.rstrip() for line in said.splitlines() if line.strip()]
    code = ExitCode.MACHINE if is_machine_text(said) else ExitCode.OTHER
    return DbtError("dbt did not finish:", *lines[:20], exit_code=code)
