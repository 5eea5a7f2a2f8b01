"""A copy of all that can't be made again: the published generation, identities, the audit trail.

A backup is one folder that needs nothing else: landed files that are links to extracts become
files, and a link whose extract is gone is left out. `backup.json` lists every file with its hash
and what was left out, is written last, and is checked before anything of a backup is used.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

from orchestration.ops.exits import BadInputError, CheckFailedError
from orchestration.publishing.files import (
    read_json_lines,
    swap_link,
    sync_file,
    sync_folder,
    write_json,
    write_json_lines,
)
from orchestration.publishing.generations import (
    DATABASE,
    RUN_FILE,
    Warehouse,
    read_run_file,
    refuse_other_company,
)
from orchestration.publishing.publish import assert_answers_under_any_name

MANIFEST = "backup.json"
_GENERATION = "generation/"
_RUN = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]*")
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600


def back_up(warehouse: Warehouse, to: Path) -> Path:
    """Copy into a new folder below ``to``, named after company and run; return that folder.

    To be called with the lock held. Raises ``BadInputError`` if nothing is published or the
    folder is there already.
    """
    run_id = warehouse.linked(warehouse.current)
    if run_id is None:
        raise BadInputError("nothing is published, so there is nothing to back up")
    generation = warehouse.generation(run_id)
    company = str(read_run_file(generation).get("company") or "warehouse")
    folder = to / f"{company}-{run_id}"
    if folder.exists():
        raise BadInputError(f"{folder} is there already")
    if folder.resolve().is_relative_to(warehouse.root.resolve()):
        raise BadInputError(f"{folder} lies in the warehouse itself; name a folder elsewhere")
    waiting = to / f".{folder.name}.new"
    shutil.rmtree(waiting, ignore_errors=True)
    try:
        _copy_all(warehouse, generation, waiting, {"run_id": run_id, "company": company})
        os.replace(waiting, folder)
    except BaseException:  # half a copy has names of people in it
        shutil.rmtree(waiting, ignore_errors=True)
        raise
    sync_folder(to)
    return folder


def restore(warehouse: Warehouse, folder: Path) -> str:
    """Publish what a backup holds, with its identities; return the run id.

    To be called with the lock held. The audit trail keeps what it has and gains what it lacks.
    Raises ``BadInputError`` if this is no backup or one of another company than is published, and
    ``CheckFailedError`` if a file of it is missing, changed or not listed, or if the warehouse has
    that run already and not as it was backed up; nothing is touched then.
    """
    manifest = read_manifest(folder)
    refuse_other_company(warehouse, manifest.get("company"), f"the backup {folder}")
    _refuse_unlisted(folder, manifest["files"])
    for name, expected in manifest["files"].items():
        if not _is_as_backed_up(folder / name, expected):
            raise CheckFailedError(f"{folder / name} is missing or not what was backed up")
    run_id = str(manifest["run_id"])
    assert_answers_under_any_name(folder / "generation" / DATABASE)
    target = warehouse.generation(run_id)
    if not target.exists():
        waiting = target.with_name(f".{run_id}.removing")  # a leftover until it is whole
        shutil.rmtree(waiting, ignore_errors=True)
        shutil.copytree(folder / "generation", waiting)
        for path in _files(waiting):
            sync_file(path)
        os.replace(waiting, target)
        sync_folder(target.parent)
    else:
        for name, expected in manifest["files"].items():
            path = target / name.removeprefix(_GENERATION)
            if name.startswith(_GENERATION) and not _is_as_backed_up(path, expected):
                raise CheckFailedError(
                    f"run {run_id} is there already, and {path} is missing or not what was backed "
                    "up; restore into an empty WAREHOUSE"
                )
    names = folder / "identities" / warehouse.identities.name
    if names.exists():
        warehouse.identities.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        waiting = warehouse.identities.with_name(f".{warehouse.identities.name}.new")
        waiting.unlink(missing_ok=True)
        copy_private(names, waiting)
        os.replace(waiting, warehouse.identities)
        sync_folder(warehouse.identities.parent)
    _merge_audit(warehouse, folder / "audit")
    swap_link(warehouse.current, f"generations/{run_id}")
    return run_id


def _refuse_unlisted(folder: Path, listed: Collection[str]) -> None:
    """Raise ``CheckFailedError`` for what stands in a backup and not in its list, or is a link.

    What is not listed has no hash; a link would bring in what lies elsewhere.
    """
    allowed = {folder / name for name in (*listed, MANIFEST)}
    for parent, folders, names in os.walk(folder):
        for path in (Path(parent, name) for name in [*folders, *names]):
            if path.is_symlink() or (path not in allowed and path.name in names):
                raise CheckFailedError(
                    f"{path} is not part of the backup; if it came there later, move it elsewhere"
                )


def _is_as_backed_up(path: Path, expected: str) -> bool:
    return path.is_file() and _hash(path) == expected


def copy_private(source: Path, target: Path) -> None:
    """Copy a file that nobody but its owner may read, not even while it is being written."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as out, source.open("rb") as stream:
        shutil.copyfileobj(stream, out)
        out.flush()
        os.fsync(out.fileno())


def _copy_all(
    warehouse: Warehouse, generation: Path, waiting: Path, manifest: dict[str, Any]
) -> None:
    """Copy generation, identities and audit trail, and write the manifest beside them."""
    waiting.mkdir(mode=_PRIVATE_FOLDER, parents=True)
    left_out: list[str] = []

    def dangling(parent: str, names: list[str]) -> list[str]:
        gone = [name for name in names if not Path(parent, name).exists()]
        left_out.extend(Path(parent, name).relative_to(generation).as_posix() for name in gone)
        return gone

    shutil.copytree(generation, waiting / "generation", ignore=dangling)
    if warehouse.identities.exists():
        (waiting / "identities").mkdir(mode=_PRIVATE_FOLDER)
        copy_private(warehouse.identities, waiting / "identities" / warehouse.identities.name)
    if warehouse.runs.parent.exists():
        shutil.copytree(warehouse.runs.parent, waiting / "audit")
    files = {path.relative_to(waiting).as_posix(): _hash(path) for path in _files(waiting)}
    for path in _files(waiting):
        sync_file(path)
    write_json(waiting / MANIFEST, {**manifest, "files": files, "left_out": sorted(left_out)})


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what a backup says of itself; raise ``BadInputError`` if it is none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        names = [Path(name) for name in manifest["files"]]
        needed = {f"generation/{DATABASE}", f"generation/{RUN_FILE}"} <= set(manifest["files"])
        whole = needed and _RUN.fullmatch(str(manifest["run_id"])) is not None
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInputError(f"{folder} is no backup: no {MANIFEST} in it can be read") from None
    if not whole or any(name.is_absolute() or ".." in name.parts for name in names):
        raise BadInputError(f"{folder / MANIFEST} is not the list of a backup")
    return dict(manifest)


def _merge_audit(warehouse: Warehouse, audit: Path) -> None:
    """Add runs, operations, evidence and logs that this trail does not have.

    Lines are put where they belong in time: the last one is taken for the last that happened.
    """
    if not audit.is_dir():
        return
    for path, time in ((warehouse.runs, "run_id"), (warehouse.operations, "at")):
        lines = read_json_lines(path)
        known = [json.dumps(line, sort_keys=True) for line in lines]
        lacked = [
            line
            for line in read_json_lines(audit / path.name)
            if json.dumps(line, sort_keys=True) not in known
        ]
        if lacked:
            both = sorted([*lacked, *lines], key=lambda line: str(line.get(time)))
            write_json_lines(path, both)
    for name in ("runs", "logs"):
        for entry in sorted((audit / name).glob("*")):
            target = warehouse.runs.parent / name / entry.name
            if target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            if entry.is_dir():
                shutil.copytree(entry, target)
            else:
                shutil.copyfile(entry, target)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
