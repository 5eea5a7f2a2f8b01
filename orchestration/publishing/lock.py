"""One run at a time: an advisory lock, ``lock`` in a folder, that names its holder.

The lock belongs to the open file and vanishes with its process, however that ends. Processes
that the run starts do not inherit it.
"""

import contextlib
import fcntl
import functools
import json
import os
import struct
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from orchestration.ops.exits import LockedError


@contextlib.contextmanager
def run_lock(
    folder: Path, holder: Mapping[str, str | int], patience: float = 0.3
) -> Iterator[Callable[[Mapping[str, str | int]], None]]:
    """Hold the lock of a folder; raise ``LockedError`` that names the run which holds it.

    What it yields names another holder: a run that turns out to continue an earlier one.
    ``holder`` is what others are told: pid, run_id, started_at, company. ``patience`` is how many
    seconds to wait; a little, since others look for a moment whether the lock is held.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if not _take(descriptor, patience):
            raise LockedError(_describe(folder / "lock"))
        _name(descriptor, holder)
        yield functools.partial(_name, descriptor)
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def lock_holder(folder: Path) -> dict[str, str | int] | None:
    """Return what the run that holds the lock of a folder says of itself, None if nobody does.

    An empty lock file belongs to nobody. One with a name in it may be left from a killed run, so
    the lock is tried for a moment; a run that starts right then waits longer than that.
    """
    path = folder / "lock"
    try:
        text = path.read_text("utf-8")
        if not text.strip():
            return None
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        try:
            content = json.loads(path.read_text("utf-8"))
        except ValueError:
            content = {}
        return dict(content)
    finally:
        os.close(descriptor)
    return None


def _name(descriptor: int, holder: Mapping[str, str | int]) -> None:
    """Write the holder; the file is never empty meanwhile, which would mean that nobody is."""
    text = (json.dumps(dict(holder)) + "\n").encode()
    os.pwrite(descriptor, text, 0)
    os.ftruncate(descriptor, len(text))
    os.fsync(descriptor)


def _take(descriptor: int, patience: float) -> bool:
    """Take the lock; return whether it could be had within this many seconds."""
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        else:
            return True


def _describe(path: Path, patience: float = 1.0) -> str:
    """Return one line on the holder; it may be just about to write its name."""
    until = time.monotonic() + patience
    while True:
        try:
            holder = json.loads(path.read_text("utf-8"))
            break
        except (ValueError, OSError):
            if time.monotonic() > until:
                return f"another run holds {path}; it has not said which"
            time.sleep(0.05)
    return (
        f"another run holds {path.parent}: run {holder.get('run_id')}, pid {holder.get('pid')}, "
        f"company {holder.get('company')}, started {holder.get('started_at')}"
    )


def database_holder(database: Path) -> int | None:
    """Return the pid of a process that has a DuckDB file open, 0 if unknown, None if nobody.

    Asks the system for the record lock that DuckDB takes, without touching the file. Handles of
    the asking process itself do not count.
    """
    try:
        descriptor = os.open(database, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        if sys.platform == "darwin":  # l_start, l_len, l_pid, l_type, l_whence
            layout = "@qqihh"
            question = struct.pack(layout, 0, 0, 0, fcntl.F_WRLCK, os.SEEK_SET)
            _, _, pid, kind, _ = struct.unpack_from(
                layout, fcntl.fcntl(descriptor, fcntl.F_GETLK, question)
            )
        else:  # l_type, l_whence, l_start, l_len, l_pid
            layout = "@hhqqi"
            question = struct.pack(layout, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            kind, _, _, _, pid = struct.unpack_from(
                layout, fcntl.fcntl(descriptor, fcntl.F_GETLK, question)
            )
    finally:
        os.close(descriptor)
    return None if kind == fcntl.F_UNLCK else max(pid, 0)
