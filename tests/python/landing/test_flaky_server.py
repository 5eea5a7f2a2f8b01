"""A file server that does not answer says nothing about a file: the error is not a finding.

The landing of a night is asked, from the first byte that it reads to the last.
"""

import errno
import io
import json
import os
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.checks.expectations import ExpectationProcess
from orchestration.landing import sql
from orchestration.landing.assumptions import compose
from orchestration.landing.passing import may_pass
from orchestration.ops.exits import BadInputError
from orchestration.ops.progress import Reporter
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings
from tests.python.sandbox import Sandbox


@pytest.fixture
def night(tmp_path: Path) -> Night:
    """Return a night of the smallest company, before it lands; cost centres are Parquet."""
    sandbox = Sandbox(tmp_path / "project")
    centers = sandbox.extracts / "cost_centers"
    duckdb.execute(
        f"copy (from read_csv('{centers}.csv', all_varchar = true)) to '{centers}.parquet'"
    )
    centers.with_suffix(".csv").unlink()
    (sandbox.extracts / "manifest.json").write_text(json.dumps({}), "utf-8")
    settings = Settings.from_environment(sandbox.environment, sandbox.root)
    night = Night(settings, Reporter(io.StringIO()))
    night.evidence.mkdir(parents=True)
    compose(settings.company, settings.absolute(settings.assumptions), sandbox.root)
    night._expectations = object.__new__(ExpectationProcess)  # landing asks it for nothing
    return night


def flaky(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> list[str]:
    """Let the first reading of a file fail; return where the failures will be noted."""
    failures: list[str] = []
    real_open = Path.open
    error = OSError(number, os.strerror(number), name)

    def open_path(self: Path, *args: Any, **how: Any) -> Any:
        if self.name == name and not failures:
            failures.append("open")
            raise error
        return real_open(self, *args, **how)

    monkeypatch.setattr(Path, "open", open_path)
    return failures


@pytest.mark.parametrize("name", ["orders.csv", "cost_centers.parquet", "manifest.json"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE])
def test_the_first_touch_of_a_file_is_tried_again(
    night: Night, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    failures = flaky(monkeypatch, name, number)
    with pytest.raises(OSError, match=os.strerror(number)) as raised:
        night.land()
    assert may_pass(raised.value) and failures
    assert len(night.land()) > 10


def test_a_file_that_nobody_may_read_is_a_finding(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    flaky(monkeypatch, "orders.csv", errno.EACCES)
    with pytest.raises(BadInputError, match="a readable file"):
        night.land()


@pytest.mark.parametrize("words", ["describe select", "max(hash("])
def test_duckdb_is_asked_again_too(
    night: Night, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """Its second statement looks for damage, and is asked only after something has gone wrong."""
    failures: list[str] = []
    error = duckdb.IOException(f"Could not read from file: {os.strerror(errno.EIO)}")

    class Flaky:
        """A connection to which the file server does not answer."""

        def __init__(self, connection: Any) -> None:
            self.connection = connection

        def execute(self, query: str, *more: Any) -> Any:
            if "cost_centers.parquet" in query:
                failures.append(query)
                if words in query:
                    raise error
                if "describe select" not in query:
                    raise duckdb.InvalidInputException("gone wrong")
            return self.connection.execute(query, *more)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.connection, name)

        def __enter__(self) -> "Flaky":
            return self

        def __exit__(self, *_: object) -> None:
            self.connection.close()

    real = sql.connect
    with monkeypatch.context() as patch, pytest.raises(duckdb.IOException) as raised:
        patch.setattr(sql, "connect", lambda *how: Flaky(real(*how)))
        night.land()
    assert may_pass(raised.value)
    assert words in failures[-1]
    assert len(night.land()) > 10
