"""What a night ends with is what readers get: the link decides, not how the code went on."""

import io
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration import night as frame
from orchestration.ops.exits import BadInputError, ExitCode
from orchestration.ops.fingerprints import project_fingerprints
from orchestration.ops.progress import Reporter
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings
from orchestration.publishing import publish as publishing
from orchestration.publishing.files import append_json_line, read_json_lines, swap_link
from orchestration.publishing.generations import DATABASE, Warehouse, read_run_file

from .conftest import write_database

Raise = Callable[..., Any]


class Verdict:
    """A gate that let everything through."""

    is_good = True
    outcomes = ()


class Frame:
    """The frame of a night around steps that take no time."""

    def __init__(self, root: Path) -> None:
        """Make a company in a folder of its own."""
        self.output = io.StringIO()
        self.settings = Settings.from_environment({}, project_root=root)
        self.warehouse = Warehouse(root / "warehouse")

    def run(self) -> int:
        """Run a night and return its exit code."""
        try:
            return frame.run_night(self.settings, Reporter(self.output))
        except KeyboardInterrupt:  # as main does
            return int(ExitCode.OTHER)

    @property
    def current(self) -> str:
        """Return the published run."""
        return self.warehouse.linked(self.warehouse.current) or ""

    def outcomes(self) -> dict[str, str]:
        """Return the outcome of each run, as the history has it."""
        history = read_json_lines(self.warehouse.runs)
        outcomes = {str(line["run_id"]): str(line["outcome"]) for line in history}
        assert len(outcomes) == len(history), "a run is in the history twice"
        return outcomes


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Frame]:
    """Return a night without dbt, after one that was published."""

    def prepare(night: Night) -> None:
        folder = night.warehouse.begin(night.run_id, night.record("running"))
        write_database(folder / DATABASE, 1)
        night.manifest = {"nodes": {}}
        night.fingerprints = project_fingerprints(night.settings)

    def execute(night: Night) -> None:
        night.verdict = Verdict()  # type: ignore[assignment]
        with night.step("publish"):
            night.publish()

    monkeypatch.setattr(Night, "prepare", prepare)
    monkeypatch.setattr(frame, "_execute", execute)
    monkeypatch.setattr(frame, "_summarise", lambda night: None)
    frame_of_night = Frame(tmp_path)
    assert frame_of_night.run() == 0
    yield frame_of_night


def raising(error: BaseException, times: int = 1) -> Raise:
    """Return a function that raises an error the first times it is called."""
    left = [error] * times

    def call(*arguments: object, **named: object) -> list[str]:
        if left:
            raise left.pop()
        return []

    return call


def check_published(night: Frame, code: int, before: str) -> None:
    """The new run is published: by its code, its link, its record and its line."""
    assert code == ExitCode.PUBLISHED, night.output.getvalue()
    assert night.current != before
    assert read_run_file(night.warehouse.current)["outcome"] == "published"
    assert "not published" not in night.output.getvalue()
    published = night.current
    assert night.run() == 0
    assert night.outcomes() == dict.fromkeys((before, published, night.current), "published")
    assert night.warehouse.generation(published).exists(), "it was taken for a leftover"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError("no line"), RuntimeError("x")])
@pytest.mark.parametrize("times", [1, 2])
def test_a_failing_history_leaves_a_published_night_published(
    night: Frame, monkeypatch: pytest.MonkeyPatch, error: BaseException, times: int
) -> None:
    before = night.current
    fails = raising(error, times)

    def append(path: Path, content: dict[str, Any]) -> None:
        fails()
        append_json_line(path, content)

    monkeypatch.setattr(publishing, "append_json_line", append)
    check_published(night, night.run(), before)
    assert f"after the warehouse was published: {error!r}" in night.output.getvalue()


@pytest.mark.parametrize("name", ["prune", "close", "after the swap", "sync"])
def test_what_fails_after_the_swap_is_a_warning(
    night: Frame, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = night.current
    if name == "prune":
        monkeypatch.setattr(Warehouse, "prune", raising(PermissionError("kept")))
    elif name == "close":
        monkeypatch.setattr(Night, "close", raising(subprocess.TimeoutExpired("gx", 60)))
    elif name == "after the swap":
        real = frame._execute
        fails = raising(RuntimeError("the runner fell over"))

        def execute(night: Night) -> None:
            real(night)
            fails()

        monkeypatch.setattr(frame, "_execute", execute)
    else:
        fails = raising(OSError("sync"))

        def swap(link: Path, target: str) -> None:
            swap_link(link, target)
            fails()

        monkeypatch.setattr(publishing, "swap_link", swap)
    check_published(night, night.run(), before)


def test_an_error_before_the_swap_is_a_failure(
    night: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = night.current
    monkeypatch.setattr(publishing, "swap_link", raising(OSError("no link")))
    assert night.run() == ExitCode.OTHER
    assert night.current == before
    assert sorted(night.outcomes().values()) == ["failed", "published"]
    assert "the published warehouse is untouched" in night.output.getvalue()


@pytest.mark.parametrize("error", [subprocess.TimeoutExpired("gx", 60), OSError("pipe")])
def test_closing_does_not_hide_why_a_night_failed(
    night: Frame, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(frame, "_execute", raising(BadInputError("orders: not there")))
    monkeypatch.setattr(Night, "close", raising(error))
    assert night.run() == ExitCode.BAD_INPUT
    assert "orders: not there" in night.output.getvalue()


def test_an_interrupted_night_that_did_not_publish_says_so(
    night: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = night.current
    monkeypatch.setattr(frame, "_execute", raising(KeyboardInterrupt()))
    assert night.run() == ExitCode.OTHER
    assert night.current == before
    assert sorted(night.outcomes().values()) == ["failed", "published"]
