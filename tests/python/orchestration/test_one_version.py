"""A night reads one version of extracts, code and assumptions, or publishes nothing."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration.checks.expectations import ExpectationProcess
from orchestration.checks.gate import Verdict
from orchestration.landing.assumptions import compose
from orchestration.landing.land import LandingResult, land
from orchestration.ops import run
from orchestration.ops.exits import BadInputError, ExitCode
from orchestration.ops.fingerprints import extracts_fingerprint, fingerprints
from orchestration.ops.progress import Reporter
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings
from tests.python.sandbox import Sandbox


@pytest.fixture
def night(tmp_path: Path) -> Night:
    """Return a night of the smallest company, before it lands."""
    sandbox = Sandbox(tmp_path / "project")
    settings = Settings.from_environment(sandbox.environment, sandbox.root)
    night = Night(settings, Reporter(io.StringIO()))
    night.evidence.mkdir(parents=True)
    night.fingerprints = fingerprints(settings)
    compose(settings.company, settings.absolute(settings.assumptions), sandbox.root)
    night._expectations = object.__new__(ExpectationProcess)  # landing asks it for nothing
    return night


def while_it_lands(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen when the extracts have been read, but not all is said of them."""

    def changing(*arguments: Any, **named: Any) -> LandingResult:
        result = land(*arguments, **named)
        happens()
        return result

    monkeypatch.setattr(run, "land", changing)


def test_extracts_that_rest_are_landed(night: Night) -> None:
    assert len(night.land()) > 10
    assert night.fingerprints["extracts"] == extracts_fingerprint(night.settings)


@pytest.mark.parametrize("how", ["grows", "comes", "goes"])
def test_extracts_that_change_while_they_are_read_stop_the_night(
    night: Night, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    extracts = night.settings.absolute(night.settings.extracts)
    read = extracts_fingerprint(night.settings)
    orders = extracts / "orders.csv"

    def happens() -> None:
        if how == "goes":
            orders.unlink()
        else:
            path = orders if how == "grows" else extracts / "opening_balances.csv"
            with path.open("a") as file:
                file.write("\n")

    while_it_lands(monkeypatch, happens)
    with pytest.raises(BadInputError, match="changed while they were read") as raised:
        night.land()
    assert raised.value.exit_code is ExitCode.BAD_INPUT
    assert "start again when the delivery is complete" in str(raised.value)
    assert "start again when the delivery is complete" in raised.value.public[0]
    assert night.fingerprints["extracts"] == read, "what has come since is new to the sensor"


def test_a_later_try_of_landing_reads_what_is_there_then(night: Night) -> None:
    extracts = night.settings.absolute(night.settings.extracts)
    orders = extracts / "orders.csv"
    os.utime(orders, (1, 1))
    night.land()
    assert night.fingerprints["extracts"] == extracts_fingerprint(night.settings)


def test_a_link_to_nothing_is_part_of_the_extracts(night: Night) -> None:
    extracts = night.settings.absolute(night.settings.extracts)
    before = extracts_fingerprint(night.settings)
    (extracts / "orders.parquet").symlink_to("nowhere")
    assert extracts_fingerprint(night.settings) != before
    with pytest.raises(BadInputError, match=r"orders\.parquet: expected a readable file"):
        night.land()


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("models/core/dim_customers.sql", "code"),
        ("tests/singular/one_more.sql", "code"),
        ("seeds/smallest/one_more.csv", "assumptions"),
        ("seeds/reference/settings.csv", "assumptions"),
    ],
)
def test_what_was_built_of_two_versions_is_not_published(
    night: Night, monkeypatch: pytest.MonkeyPatch, path: str, what: str
) -> None:
    told: list[str] = []
    monkeypatch.setattr(run, "publish", lambda warehouse, run_id, record: told.append(run_id))
    monkeypatch.setattr(Verdict, "is_good", True)
    night.verdict = Verdict(())
    night.publish()
    assert told == [night.run_id]
    with (night.settings.project_root / path).open("a") as file:
        file.write("\n")
    with pytest.raises(BadInputError, match=f"^{what} changed while the night was at work"):
        night.publish()
    assert told == [night.run_id]
