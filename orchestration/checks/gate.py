"""The gate: a generation is published only if every required check is present and passed.

What is required follows from the project itself: the landing, every enabled model, seed and data
test of the dbt manifest, every expectation of every suite. What happened follows from this run's
evidence. A check that failed and a check that nobody ran block alike.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from orchestration.checks.evidence import (
    LANDING_FILE,
    dbt_file,
    read_evidence,
    run_of_dbt,
    suite_file,
)
from orchestration.checks.suites import expectation_key
from orchestration.ops.exits import ExitCode, is_machine_text

LANDING = "landing"
_BUILT = {"model", "seed", "snapshot"}
_PASSED = {"success", "pass"}
_COUNTED = re.compile(r"\d+ failing( rows?)?|not met")


class Status(StrEnum):
    """What is known of a check."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must have passed; ``kind`` is landing, model, seed, test or expectation."""

    check_id: str
    kind: str
    name: str
    why: str = ""
    remedy: str = ""
    tags: frozenset[str] = frozenset()
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A check with what this run says of it."""

    check: Check
    status: Status
    found: str = ""

    def __str__(self) -> str:
        """Return one line for the operator."""
        return self._with(self.found or self.status)

    @property
    def public(self) -> str:
        """Return one line that may leave the house: of what was found, counts only."""
        return self._with(self.found if _COUNTED.fullmatch(self.found) else self.status)

    def _with(self, found: str) -> str:
        text = f"{self.check.kind} {self.check.name}: {found}"
        owner = f"Owner: {self.check.owner}" if self.check.owner else ""
        for part in (self.check.why, self.check.remedy, owner):
            text += f"{' ' if text.endswith('.') else '; '}{part}" if part else ""
        return text


@dataclass(frozen=True, slots=True)
class Verdict:
    """All required checks with their outcomes."""

    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Return the checks that ran and did not pass."""
        return tuple(o for o in self.outcomes if o.status is Status.FAILED)

    @property
    def absent(self) -> tuple[Outcome, ...]:
        """Return the checks that this run has no word about."""
        return tuple(o for o in self.outcomes if o.status is Status.ABSENT)

    @property
    def is_good(self) -> bool:
        """Return whether the generation may be published."""
        return bool(self.outcomes) and all(o.status is Status.PASSED for o in self.outcomes)

    @property
    def exit_code(self) -> ExitCode:
        """Return what the night ends with if this is all that is wrong."""
        if self.is_good:
            return ExitCode.PUBLISHED
        failed = self.failed
        if any(is_machine_text(o.found) for o in failed):
            return ExitCode.MACHINE
        if any(o.check.kind == LANDING or "assumptions" in o.check.tags for o in failed):
            return ExitCode.BAD_INPUT
        if failed and all(o.check.kind in _BUILT for o in failed):
            return ExitCode.OTHER
        return ExitCode.CHECK_FAILED


def required_checks(
    manifest: Mapping[str, Any], suites: Iterable[Mapping[str, Any]]
) -> tuple[Check, ...]:
    """Return every check that a whole night has to pass."""
    checks = [Check(LANDING, LANDING, "of the extracts")]
    for unique_id, node in sorted((manifest.get("nodes") or {}).items()):
        kind = node.get("resource_type")
        settings = node.get("config") or {}
        if settings.get("enabled") is False:
            continue
        if kind == "test" or (kind in _BUILT and settings.get("materialized") != "ephemeral"):
            meta = settings.get("meta") or node.get("meta") or {}
            checks.append(
                Check(
                    unique_id,
                    kind,
                    node.get("name", unique_id),
                    " ".join((node.get("description") or "").split()) if kind == "test" else "",
                    str(meta.get("remedy", "")),
                    frozenset(node.get("tags") or ()),
                )
            )
    for suite in suites:
        for expectation in suite.get("expectations") or ():
            meta = expectation.get("meta") or {}
            name = f"{suite['name']}.{meta.get('name') or expectation['id']}"
            checks.append(
                Check(
                    expectation_key(suite["name"], expectation["id"]),
                    "expectation",
                    name,
                    str(meta.get("why", "")),
                    str(meta.get("remedy", "")),
                    owner=str(meta.get("owner", "")),
                )
            )
    return tuple(checks)


def judge(
    required: Sequence[Check], evidence: Path, run_id: str, calls: Sequence[str]
) -> Verdict:
    """Hold this run's evidence against what is required.

    ``evidence`` is the folder that the steps wrote to, ``calls`` the names of the dbt calls.
    Results of checks that are not required block as well if they are errors (a hook, for one).
    """
    said: dict[str, tuple[Status, str]] = {}
    _add_landing(said, read_evidence(evidence / LANDING_FILE), run_id)
    for call in calls:
        _add_dbt(said, read_evidence(evidence / dbt_file(call)), run_id)
    suites = {c.check_id.split(".")[1] for c in required if c.kind == "expectation"}
    for suite in sorted(suites):
        _add_suite(said, read_evidence(evidence / suite_file(suite)), run_id)
    outcomes = [
        Outcome(check, *said.get(check.check_id, (Status.ABSENT, "never ran in this run")))
        for check in required
    ]
    known = {check.check_id for check in required}
    for check_id in sorted(said.keys() - known):
        status, found = said[check_id]
        if status is not Status.PASSED:
            outcomes.append(Outcome(Check(check_id, "other", check_id), status, found))
    return Verdict(tuple(outcomes))


_Said = dict[str, tuple[Status, str]]


def _add(said: _Said, check_id: str, status: Status, found: str) -> None:
    """Note an outcome; one that did not pass is never replaced by one that did."""
    if check_id not in said or said[check_id][0] is Status.PASSED:
        said[check_id] = (status, found)


def _add_landing(said: _Said, content: Mapping[str, Any], run_id: str) -> None:
    if content.get("run_id") != run_id:
        return
    errors = [f for f in content.get("findings", ()) if f.get("severity") == "error"]
    if errors:
        _add(said, LANDING, Status.FAILED, f"{len(errors)} findings stop the load")
    elif content.get("tables"):
        _add(said, LANDING, Status.PASSED, "")


def _add_dbt(said: _Said, artifact: Mapping[str, Any], run_id: str) -> None:
    if run_of_dbt(artifact) != run_id:
        return
    for result in artifact.get("results") or ():
        check_id = str(result.get("unique_id"))
        status = str(result.get("status"))
        if status in _PASSED:
            _add(said, check_id, Status.PASSED, "")
        elif status == "skipped":
            _add(said, check_id, Status.ABSENT, "skipped, since something before it failed")
        else:
            _add(said, check_id, Status.FAILED, _found(result, status))


def _found(result: Mapping[str, Any], status: str) -> str:
    rows = result.get("failures")
    if status in {"fail", "warn"} and rows is not None:
        return f"{rows} failing row{'' if rows == 1 else 's'}"
    return " ".join(str(result.get("message") or status).split())


def _add_suite(said: _Said, content: Mapping[str, Any], run_id: str) -> None:
    if content.get("run_id") != run_id:
        return
    for result in content.get("results") or ():
        check_id = expectation_key(content["suite"], result["id"])
        if result.get("exception"):
            _add(said, check_id, Status.FAILED, f"could not be evaluated: {result['exception']}")
        elif result.get("success") is True:
            _add(said, check_id, Status.PASSED, "")
        else:
            count = result.get("failing")
            _add(said, check_id, Status.FAILED, f"{count} failing" if count else "not met")
