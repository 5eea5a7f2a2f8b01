"""One run at a time, and the second one is told who the first is."""

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from orchestration.ops.exits import ExitCode, LockedError
from orchestration.ops.lifecycle import locks
from orchestration.ops.progress import Reporter
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings
from orchestration.publishing.lock import database_holder, lock_holder, run_lock

HOLDER: dict[str, str | int] = {
    "pid": 4711,
    "run_id": "20260101-010101-abcd",
    "started_at": "2026-01-01T01:01:01+00:00",
    "company": "demo",
}


def test_a_second_run_is_refused_and_told_of_the_first(tmp_path: Path) -> None:
    with run_lock(tmp_path, HOLDER):
        with pytest.raises(LockedError) as refusal, run_lock(tmp_path, {"pid": 1}):
            pass
        assert refusal.value.exit_code is ExitCode.LOCKED
        for value in HOLDER.values():
            assert str(value) in str(refusal.value)


def test_the_lock_is_free_after_the_run_and_after_a_failure(tmp_path: Path) -> None:
    with run_lock(tmp_path, HOLDER):
        pass
    with pytest.raises(ZeroDivisionError), run_lock(tmp_path, HOLDER):
        raise ZeroDivisionError
    with run_lock(tmp_path, HOLDER):
        pass


def test_a_run_that_becomes_another_one_says_so(tmp_path: Path) -> None:
    with run_lock(tmp_path, {**HOLDER, "run_id": "20260101-010101-abcd-and-more"}) as name:
        name(HOLDER)
        assert lock_holder(tmp_path) == HOLDER


def test_a_night_that_continues_another_holds_the_locks_under_its_name(tmp_path: Path) -> None:
    night = Night(Settings.from_environment({}, project_root=tmp_path), Reporter(io.StringIO()))
    with locks(night) as name_again:
        night.continue_run("20260101-020000-aaaa")
        name_again()
        for folder in (night.warehouse.root, night.dbt.target):
            holder = lock_holder(folder)
            assert holder is not None and holder["run_id"] == "20260101-020000-aaaa"


def test_the_lock_is_not_inherited_by_what_a_run_starts(tmp_path: Path) -> None:
    with run_lock(tmp_path, HOLDER):
        child = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"],
            stdin=subprocess.PIPE,
            close_fds=False,
        )
    try:
        with run_lock(tmp_path, HOLDER):
            pass
    finally:
        child.communicate()


def test_a_lock_file_of_a_dead_run_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text('{"pid": 1, "run_id": "long ago"}')
    with run_lock(tmp_path, HOLDER):
        assert "long ago" not in (tmp_path / "lock").read_text()


@pytest.mark.parametrize("read_only", [True, False])
def test_the_holder_of_a_database_is_named(tmp_path: Path, read_only: bool) -> None:
    database = tmp_path / "some.duckdb"
    duckdb.connect(str(database)).close()
    assert database_holder(database) is None
    program = (
        "import duckdb, sys\n"
        f"connection = duckdb.connect({str(database)!r}, read_only={read_only})\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert reader.stdout is not None and reader.stdout.readline() == b"open\n"
        assert database_holder(database) == reader.pid
    finally:
        reader.communicate()
    assert database_holder(database) is None
    assert database_holder(tmp_path / "nothing.duckdb") is None


def test_a_companion_ends_with_the_run_that_started_it(project_root: Path) -> None:
    """The watcher is started in a grandchild whose parent is then killed."""
    program = (
        "import os, subprocess, sys, time\n"
        "watched = '''import os, time\n"
        "from orchestration.ops.companion import end_with_parent\n"
        "end_with_parent(0.05)\n"
        "print(os.getpid(), flush=True)\n"
        "time.sleep(60)'''\n"
        "from orchestration.ops.companion import parent_variable\n"
        "subprocess.Popen([sys.executable, '-c', watched],"
        " env={**os.environ, **parent_variable()})\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=project_root
    )
    assert parent.stdout is not None
    grandchild = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    until = time.monotonic() + 5
    while time.monotonic() < until and is_alive(grandchild):
        time.sleep(0.05)
    assert not is_alive(grandchild)


def is_alive(pid: int) -> bool:
    """Return whether a process runs; one that nobody has reaped yet does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")
