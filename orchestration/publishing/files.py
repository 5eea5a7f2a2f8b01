"""The few file operations that publishing rests on: durable writes, atomic links, records."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any


def sync_file(path: Path) -> None:
    """Force a file's content to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to disk, so that a rename in it survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def swap_link(link: Path, target: str) -> None:
    """Point a symbolic link at a relative target, in one step: readers see old or new."""
    waiting = link.with_name(f".{link.name}.new")
    waiting.unlink(missing_ok=True)
    os.symlink(target, waiting)
    os.replace(waiting, link)
    sync_folder(link.parent)


def replace_folder(folder: Path, new: Path) -> None:
    """Put a folder in the place of another one, which is back if that fails and gone if not.

    The other one waits beside it, as ``.<name>.old``.
    """
    old = folder.with_name(f".{folder.name}.old")
    if old.exists() and folder.exists():
        shutil.rmtree(old)
    if folder.exists():
        os.replace(folder, old)
    try:
        os.replace(new, folder)
    except OSError:
        if old.exists():
            os.replace(old, folder)
        raise
    sync_folder(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file as a whole or not at all."""
    _write_whole(path, json.dumps(content, indent=1, default=str) + "\n")


def write_json_lines(path: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    """Write a JSON lines file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_whole(path, "".join(json.dumps(line, default=str) + "\n" for line in lines))


def _write_whole(path: Path, text: str) -> None:
    waiting = path.with_name(f".{path.name}.new")
    waiting.write_text(text, "utf-8")
    sync_file(waiting)
    os.replace(waiting, path)
    sync_folder(path.parent)


def append_json_line(path: Path, content: Mapping[str, Any]) -> None:
    """Append one JSON line durably; a torn line before it is closed, never continued."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(content, default=str) + "\n"
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = "\n" + line
        os.write(descriptor, line.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_json_lines(path: Path) -> list[dict[str, Any]]:
    """Return the readable lines of a JSON lines file; none if there is no file."""
    lines: list[dict[str, Any]] = []
    if not path.exists():
        return lines
    for text in path.read_text("utf-8", errors="replace").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict):
            lines.append(line)
    return lines


def moment(text: object) -> datetime | None:
    """Return the moment of a record's field, None if it is not readable."""
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
