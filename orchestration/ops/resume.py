"""Continuing a failed run where it stopped: whether it may be, and what it keeps.

It may if extracts, code and assumptions are what they were: then the rest of the steps builds what
a whole night would. What a step has left as complete evidence is kept; the first step without is
where the run goes on. Within a dbt call ``dbt retry`` takes up what had failed or was skipped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.checks.evidence import (
    LANDING_FILE,
    dbt_file,
    read_evidence,
    run_of_dbt,
    suite_file,
)
from orchestration.checks.suites import STAGES, stage_of
from orchestration.landing.results import TableResult
from orchestration.ops.dbt_calls import CALLS, call_nodes
from orchestration.ops.exits import BadInputError
from orchestration.ops.fingerprints import changed, fingerprints
from orchestration.ops.settings import LAST, Settings
from orchestration.publishing.generations import DATABASE, Warehouse, read_run_file
from orchestration.publishing.lock import database_holder

_PASSED = {"success", "pass", "no-op"}


@dataclass(frozen=True, slots=True)
class Kept:
    """What a continued run need not do again; nothing, for a run from its beginning.

    ``nodes`` are the dbt nodes that passed, by call, in the order in which they were built;
    ``finished`` are the calls without any other, ``expectations`` the stages whose suites are met.
    """

    landing: tuple[TableResult, ...] = ()
    nodes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    finished: frozenset[str] = frozenset()
    expectations: frozenset[str] = frozenset()

    def passed(self, call: str) -> tuple[str, ...]:
        """Return the nodes of a call that passed before, each after those it reads."""
        return self.nodes.get(call, ())


def run_to_resume(settings: Settings, warehouse: Warehouse) -> str:
    """Return the id of the run to continue; raise ``BadInputError`` that says why it can't be.

    To be called with the lock held.
    """
    published = set(warehouse.published())
    unfinished = [
        path.name
        for path in sorted(warehouse.generations.glob("[0-9]*"))
        if path.name not in published
    ]
    run_id = settings.resume
    if run_id == LAST:
        if not unfinished:
            raise BadInputError(
                f"no failed run is left in {warehouse.root} to continue; start a whole night"
            )
        run_id = unfinished[-1]
    if run_id in published:
        raise BadInputError(f"run {run_id} was published; there is nothing to continue")
    if run_id not in unfinished:
        raise BadInputError(
            f"run {run_id} left no generation in {warehouse.root}; a later night removes what a "
            "failed one left"
        )
    folder = warehouse.generation(run_id)
    holder = database_holder(folder / DATABASE)
    if holder is not None:
        raise BadInputError(
            f"process {holder or 'unknown'} still has the database of run {run_id} open; end it"
        )
    record = read_run_file(folder)
    was = record.get("fingerprints") or {}
    if not was:
        raise BadInputError(f"run {run_id} ended before it was prepared; start a whole night")
    if record.get("company") != settings.company:
        raise BadInputError(f"run {run_id} is one of {record.get('company')}: COMPANY differs")
    if names := changed(was, fingerprints(settings)):
        raise BadInputError(
            f"run {run_id} can't be continued: {' and '.join(names)} changed since; "
            "start a whole night"
        )
    return run_id


def kept_of(
    evidence: Path, run_id: str, manifest: Mapping[str, Any], suites: Sequence[Mapping[str, Any]]
) -> Kept:
    """Return what the evidence of a run's earlier attempt proves to be done.

    A later step counts only if all before it do: it was built from what they left.
    """
    landing = _kept_landing(read_evidence(evidence / LANDING_FILE), run_id)
    if not landing:
        return Kept()
    nodes: dict[str, tuple[str, ...]] = {}
    finished: set[str] = set()
    met: set[str] = set()
    for call, stage in zip(CALLS, STAGES, strict=True):
        artifact = read_evidence(evidence / dbt_file(call))
        if run_of_dbt(artifact) != run_id:
            break
        results = {str(item["unique_id"]): item["status"] for item in artifact["results"]}
        known = set(manifest["nodes"])
        nodes[call] = tuple(
            name for name, status in results.items() if status in _PASSED and name in known
        )
        if not set(call_nodes(manifest, call)) <= set(nodes[call]):
            break
        finished.add(call)
        names = [str(suite["name"]) for suite in suites if stage_of(suite) == stage]
        if not _all_met(evidence, run_id, names):
            break
        met.add(stage)
    return Kept(landing, nodes, frozenset(finished), frozenset(met))


def _kept_landing(content: Mapping[str, Any], run_id: str) -> tuple[TableResult, ...]:
    if content.get("run_id") != run_id or not content.get("tables"):
        return ()
    if any(finding.get("severity") == "error" for finding in content.get("findings", ())):
        return ()
    return tuple(TableResult(**result) for result in content.get("results", ()))


def _all_met(evidence: Path, run_id: str, suites: Sequence[str]) -> bool:
    contents = [read_evidence(evidence / suite_file(suite)) for suite in suites]
    return all(
        content.get("run_id") == run_id
        and bool(content.get("results"))
        and all(result.get("success") is True for result in content["results"])
        for content in contents
    )
