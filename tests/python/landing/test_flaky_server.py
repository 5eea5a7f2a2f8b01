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
from orchestration.ops.fingerprints import extracts_fingerprint
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


@pytest.fixture
def in_folders(night: Night) -> Night:
    """Return a night whose orders lie in a folder, with another in it."""
    extracts = night.settings.absolute(night.settings.extracts)
    (extracts / "orders" / "2024").mkdir(parents=True)
    (extracts / "orders.csv").rename(extracts / "orders" / "2024" / "one.csv")
    return night


def closed(monkeypatch: pytest.MonkeyPatch, name: str, number: int, times: int = 1) -> list[str]:
    """Let the first listings of a folder fail; return where the failures will be noted."""
    failures: list[str] = []
    real = os.scandir

    def scandir(path: Any) -> Any:
        if Path(str(path)).name == name and len(failures) < times:
            failures.append(str(path))
            raise OSError(number, os.strerror(number), str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    return failures


@pytest.mark.parametrize("name", ["extracts", "orders", "2024"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE])
def test_a_folder_that_is_not_listed_is_listed_again(
    in_folders: Night, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    failures = closed(monkeypatch, name, number)
    with pytest.raises(OSError, match=os.strerror(number)) as raised:
        in_folders.land()
    assert may_pass(raised.value) and failures
    (orders,) = [table for table in in_folders.land() if table.table == "orders"]
    assert orders.landed_rows == 12


@pytest.mark.parametrize(
    ("name", "place"), [("orders", "orders: orders/"), ("2024", "orders: orders/2024/")]
)
def test_a_folder_that_nobody_may_list_is_a_finding(
    in_folders: Night, monkeypatch: pytest.MonkeyPatch, name: str, place: str
) -> None:
    closed(monkeypatch, name, errno.EACCES, times=9)
    with pytest.raises(BadInputError, match="the user of the night") as raised:
        in_folders.land()
    (line,) = raised.value.lines
    assert line.startswith(f"error: {place}: expected a folder whose files can be listed; found ")


def test_extracts_that_nobody_may_list_are_one_finding(
    in_folders: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed(monkeypatch, "extracts", errno.EACCES, times=9)
    with pytest.raises(BadInputError) as raised:
        in_folders.land()
    (line,) = raised.value.lines
    assert f"{in_folders.settings.extracts}: expected a folder whose files can be listed" in line


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES])
def test_preparing_leaves_it_to_landing(
    in_folders: Night, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """It is landing that is tried again, and that knows the table."""
    closed(monkeypatch, "orders", number, times=9)
    with pytest.raises(OSError, match=os.strerror(number)):
        extracts_fingerprint(in_folders.settings)
    monkeypatch.setattr(in_folders, "read_project", lambda: None)
    monkeypatch.setattr(ExpectationProcess, "__init__", lambda *_: None)
    in_folders.evidence.rmdir()
    in_folders.prepare()
    assert set(in_folders.fingerprints) == {"code", "assumptions"}


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
