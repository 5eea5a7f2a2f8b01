"""A dbt call as steps of the night: seeds, staging, core, marts, data tests.

dbt builds models and tests interleaved; a step ends when its last model has ended.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from orchestration.ops.dbt_calls import CORE_CALL, call_nodes, step_of
from orchestration.ops.dbt_events import kept_events, with_facts
from orchestration.ops.progress import Step
from orchestration.ops.run import Night

_RESULTS = {"LogSeedResult", "LogModelResult", "LogSnapshotResult", "LogTestResult"}


class BuildSteps:
    """Counts what is still to come of each step and writes its line once it is through."""

    def __init__(self, night: Night, call: str, node_ids: list[str]) -> None:
        self.night = night
        nodes = night.manifest["nodes"]
        self.step_by_node = {node_id: step_of(nodes[node_id]) for node_id in node_ids}
        self.left = Counter(self.step_by_node.values())
        self.done: Counter[str] = Counter()
        self.bad: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self.test_seconds = 0.0
        self.order = ["seeds", "staging", "core"] if call == CORE_CALL else ["marts"]
        self.since = time.monotonic()
        night.reporter.begin(self.order[0], len(node_ids))

    def note(self, event: dict[str, Any]) -> None:
        """Take account of a node that has finished."""
        data = event["data"]
        node = data.get("node_info") or {}
        node_id = node.get("unique_id")
        if event["info"]["name"] not in _RESULTS or node_id not in self.step_by_node:
            return
        step = self.step_by_node.pop(node_id)
        status = str(node.get("node_status"))
        self.left[step] -= 1
        self.done[step] += 1
        if status not in {"success", "pass"}:
            self.bad[step] += 1
        if step == "data tests":
            self.test_seconds += float(data.get("execution_time") or 0)
        self.night.reporter.advance()
        self.write_finished()

    def keep(self, node_ids: Iterable[str]) -> None:
        """Take account of nodes that an earlier attempt of this run has finished."""
        for node_id in node_ids:
            step = self.step_by_node.pop(node_id, None)
            if step is not None:
                self.left[step] -= 1
                self.kept[step] += 1

    def write_finished(self) -> None:
        """Write the lines of the steps that are through, in their order."""
        while self.order and self.left[self.order[0]] <= 0:
            self._write(self.order.pop(0))

    def close(self) -> None:
        """Write what is left, finished or not."""
        self.write_finished()
        for step in self.order:
            if self.done[step]:
                self.bad[step] += self.left[step]
                self._write(step)
        self.order = []

    def _write(self, step: str) -> None:
        bad = self.bad[step]
        what = "seeds" if step == "seeds" else "models"
        note = f"{self.done[step]} {what}" + (f", {bad} not built" if bad else "")
        if self.kept[step]:
            note += f", {self.kept[step]} kept from the first attempt"
        self.night.reporter.end(step, note, "failed" if bad else "ok")


def stream_build(
    night: Night, call: str, context: Any, translator: Any, manifest: Mapping[str, Any]
) -> Iterator[Any]:
    """Run one dbt call of the night and yield its Dagster events once it has ended.

    ``manifest`` is the one that the assets and checks were made from. The events wait for the end
    because the database can be read only then: what was built is shown with its rows and totals.
    """
    kept = night.kept.passed(call)
    events = list(kept_events(manifest, kept, context, translator))
    try:
        for event in _follow(night, call, context, kept):
            events += event.to_default_asset_events(
                manifest=manifest,
                dagster_dbt_translator=translator,
                context=context,
                target_path=night.dbt.target,
            )
    except BaseException as error:
        if night.failure is None:
            night.failure = error
        if not isinstance(error, Exception):
            raise
        yield from events
        raise
    if context.instance.is_ephemeral:
        yield from events  # nobody will look at them
    else:
        yield from with_facts(events, night.database, manifest, translator)


def _follow(night: Night, call: str, context: Any, kept: Sequence[str]) -> Iterator[Any]:
    """Run the call, or what is left of it, and write the lines of its steps."""
    steps = BuildSteps(night, call, call_nodes(night.manifest, call))
    steps.keep(kept)
    try:
        if call not in night.kept.finished:
            for event in night.dbt.build(call, context, night.manifest, again=bool(kept)):
                steps.note(event.raw_event)
                yield event
    finally:
        steps.close()
        tests = steps.done["data tests"]
        night.tests_done += tests
        night.tests_bad += steps.bad["data tests"]
        night.test_seconds += steps.test_seconds
        if call != CORE_CALL or steps.bad["data tests"]:
            bad = night.tests_bad
            note = f"{night.tests_done} tests" + (f", {bad} not passed" if bad else "")
            night.reporter.add(
                Step(
                    "data tests",
                    round(night.test_seconds, 2),
                    "failed" if bad else "ok",
                    note + ", beside their models",
                )
            )
