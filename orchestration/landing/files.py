"""Which files of the extracts folder belong to which table.

Looks at names only: `<table>.parquet`, `<table>.csv` and all such files below `<table>/`. What
is in a file is looked at in `inspection`.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from orchestration.landing.declarations import System, Table
from orchestration.landing.findings import Finding
from orchestration.landing.passing import may_pass

MANIFEST = "manifest.json"
_FORMATS = {".parquet": "parquet", ".csv": "csv"}
_PAPERS = ("readme", "license", "licence", "changelog", "notice")


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One file of a table. ``label`` is its path below the extracts folder, for messages."""

    path: Path
    label: str
    format: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A table with the files that were delivered for it, in the order of their names."""

    table: Table
    files: tuple[DeliveredFile, ...]


def find_deliveries(
    systems: Sequence[System], extracts_folder: Path
) -> tuple[list[Delivery], list[Finding]]:
    """Match the extracts with the declared tables.

    Returns a delivery for each table of each system, also for absent ones, and findings for
    required tables that are missing, folders that can't be listed, files of another kind, and
    files nobody declared. An error of the system that may pass by itself says nothing about the
    extracts and is raised.
    """
    if not extracts_folder.is_dir():
        missing = Finding(
            "error",
            "",
            str(extracts_folder.absolute()),
            None,
            "a folder of extracts",
            "none",
            "set EXTRACTS to the folder that holds the files",
        )
        return [], [missing]
    closed: dict[str, str] = {}

    def note(error: OSError) -> None:
        label = Path(error.filename or extracts_folder).relative_to(extracts_folder).as_posix()
        closed[label] = error.strerror or repr(error)

    found = files_below(extracts_folder, note)
    listing = sorted(path.relative_to(extracts_folder).as_posix() for path in found)
    findings = [
        _closed_folder(label, why, systems, extracts_folder) for label, why in closed.items()
    ]
    if "." in closed:
        return [], findings
    untold = {finding.table for finding in findings}
    deliveries: list[Delivery] = []
    for system in systems:
        for table in system.tables:
            labels = [label for label in listing if _belongs_to(label, table, system.is_plain)]
            findings += [_wrong_kind(table, label) for label in labels if not _format(label)]
            files = tuple(
                DeliveredFile(extracts_folder / label, label, _format(label))
                for label in labels
                if _format(label)
            )
            if not files and table.is_required and table.name not in untold:
                findings.append(_missing_table(table, extracts_folder))
            deliveries.append(Delivery(table, files))
    if any(system.is_plain for system in systems):
        findings += _unknown_files(listing, systems)
    return deliveries, findings


def files_below(
    folder: Path, note: Callable[[OSError], None] | None = None
) -> Iterator[Path]:
    """Yield the files that landing looks at, those of links included.

    What keeps a folder from being listed is raised, or noted if ``note`` is given and it does not
    pass by itself: such a folder is not empty.
    """

    def unlisted(error: OSError) -> None:
        if note is None or may_pass(error):
            raise error
        note(error)

    for parent, folders, names in os.walk(folder, onerror=unlisted, followlinks=True):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        for name in names:
            if not name.startswith((".", "_")):
                yield Path(parent) / name


def _format(label: str) -> str:
    return _FORMATS.get(Path(label).suffix.lower(), "")


def _belongs_to(label: str, table: Table, is_plain: bool) -> bool:
    """Return whether a file is of a table; other systems may keep theirs in sub-folders."""
    *folders, name = label.split("/")
    stem = name.split(".")[0] if not _format(label) else Path(name).stem
    if is_plain:
        return folders[:1] == [table.file_stem] or (not folders and stem == table.file_stem)
    return bool(_format(label)) and (table.file_stem in folders or stem == table.file_stem)


def _closed_folder(
    label: str, why: str, systems: Sequence[System], extracts_folder: Path
) -> Finding:
    parts = label.split("/")
    names = [
        table.name
        for system in systems
        for table in system.tables
        if table.file_stem in (parts[:1] if system.is_plain else parts)
    ]
    return Finding(
        "error",
        names[0] if names else "",
        str(extracts_folder.absolute()) if label == "." else f"{label}/",
        None,
        "a folder whose files can be listed",
        why,
        "let the user of the night read and enter it, or move it out of the extracts",
    )


def _wrong_kind(table: Table, label: str) -> Finding:
    return Finding(
        "error",
        table.name,
        label,
        None,
        "Parquet or CSV (.parquet, .csv)",
        f"a file of another kind ({Path(label).suffix or 'no suffix'})",
        "deliver the table as .parquet or .csv, or move the file out of the extracts",
    )


def _missing_table(table: Table, extracts_folder: Path) -> Finding:
    stem = table.file_stem
    return Finding(
        "error",
        table.name,
        f"no file in {extracts_folder.absolute()}",
        None,
        f"{stem}.parquet, {stem}.csv or a folder {stem}/ of such files",
        "none",
        "deliver the table; one with a header and no rows will do if there is nothing to tell",
    )


def _unknown_files(listing: Iterable[str], systems: Sequence[System]) -> Iterator[Finding]:
    """Yield one warning for each file or folder that holds nothing of a declared table."""
    known = sorted(table.file_stem for system in systems for table in system.tables)
    told = set()
    for label in listing:
        top = label.split("/")[0]
        if top in told or label == MANIFEST or label.lower().startswith(_PAPERS):
            continue
        if any(_belongs_to(label, t, s.is_plain) for s in systems for t in s.tables):
            continue
        told.add(top)
        close = get_close_matches(top.split(".")[0], known, n=1)
        yield Finding(
            "warning",
            "",
            top,
            None,
            "files of declared tables only",
            "something of no declared table",
            f"if it is {close[0]}, rename it" if close else "it was not read; move it elsewhere",
        )
