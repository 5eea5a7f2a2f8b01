"""The manifest: what the sender says about each file, held against what arrived.

`manifest.json` maps a table to one entry or a list of entries, each
`{file, rows, sha256, control_totals: {column: sum}}`; all but one of the fields may be left out.
Without `file` an entry speaks of all the files of its table, with a folder of those below it.
Control totals are sums over the delivered records, before anything is rejected or counted once.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from orchestration.landing.declarations import Table
from orchestration.landing.files import MANIFEST, DeliveredFile, Delivery
from orchestration.landing.findings import Finding
from orchestration.landing.passing import may_pass


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says about the files of a table, or some of them."""

    table: Table
    file: str
    rows: int | None
    sha256: str
    totals: Mapping[str, Decimal]

    def covers(self, label: str) -> bool:
        """Return whether a file is one of those this entry speaks of."""
        return not self.file or label == self.file or label.startswith(f"{self.file}/")


@dataclass(slots=True)
class Tally:
    """What was found in one file: its records, and the sums of the columns that are asked for."""

    label: str
    rows: int = 0
    totals: dict[str, Decimal] = field(default_factory=dict)


def read_manifest(
    extracts_folder: Path, deliveries: Sequence[Delivery]
) -> tuple[list[Entry], list[Finding]]:
    """Read the manifest, if there is one, and check the files it names and their sha256."""
    path = extracts_folder / MANIFEST
    if not path.is_file():
        return [], []
    try:
        content = json.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as error:
        if may_pass(error):
            raise
        content = None
    if not isinstance(content, dict):
        return [], [_finding("", "a JSON object, one member a table", "something else", MANIFEST)]
    tables = {delivery.table.name: delivery for delivery in deliveries}
    entries: list[Entry] = []
    findings: list[Finding] = []
    for name, listed in content.items():
        if name not in tables:
            findings.append(_finding(name, "declared tables only", "an unknown table", MANIFEST))
            continue
        delivery = tables[name]
        own = []
        for raw in listed if isinstance(listed, list) else [listed]:
            entry = _entry(delivery.table, raw)
            if isinstance(entry, Finding):
                findings.append(entry)
            else:
                own.append(entry)
        findings += _check_files(own, delivery.files)
        entries += own
    return entries, findings


def _entry(table: Table, raw: object) -> Entry | Finding:
    """Return a manifest entry typed, or a finding that says what is wrong with it."""
    known = {"file", "rows", "sha256", "control_totals"}
    if not isinstance(raw, dict) or not set(raw) <= known:
        return _finding(table.name, f"an entry of {', '.join(sorted(known))}", "other", MANIFEST)
    rows = raw.get("rows")
    if rows is not None and (not isinstance(rows, int) or isinstance(rows, bool)):
        return _finding(table.name, "rows as a whole number", "something else", MANIFEST)
    totals: dict[str, Decimal] = {}
    given: Any = raw.get("control_totals") or {}
    for name, total in given.items() if isinstance(given, dict) else [(str(given), None)]:
        column = table.column(str(name))
        if column is None or not column.is_number:
            return _finding(table.name, "control totals of number columns", repr(name), MANIFEST)
        try:
            totals[column.name] = Decimal(str(total))
        except InvalidOperation:
            return _finding(table.name, f"a number as total of {name}", "none", MANIFEST)
    file = str(raw.get("file") or "").rstrip("/")
    return Entry(table, file, rows, str(raw.get("sha256") or "").lower(), totals)


def _check_files(entries: Sequence[Entry], files: Sequence[DeliveredFile]) -> Iterator[Finding]:
    for entry in entries:
        covered = [file for file in files if entry.covers(file.label)]
        if not covered:
            yield _finding(entry.table.name, "the file that the manifest names", "none", entry.file)
        if not entry.sha256:
            continue
        if len(covered) > 1:
            yield _finding(entry.table.name, "a sha256 of one file", "of several", MANIFEST)
        elif covered and (found := _sha256(covered[0].path)) != entry.sha256:
            yield _finding(
                entry.table.name, f"sha256 {entry.sha256}", f"sha256 {found}", covered[0].label
            )
    for file in files:
        if entries and not any(entry.covers(file.label) for entry in entries):
            table = entries[0].table.name
            yield _finding(table, "files of the manifest only", "one it leaves out", file.label)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_tallies(
    entries: Sequence[Entry], tallies: Mapping[str, Sequence[Tally]]
) -> list[Finding]:
    """Hold the counted rows and sums, by table, against the manifest."""
    findings = []
    for entry in entries:
        covered = [t for t in tallies.get(entry.table.name, ()) if entry.covers(t.label)]
        place = entry.file or MANIFEST
        rows = sum(tally.rows for tally in covered)
        if entry.rows is not None and rows != entry.rows:
            findings.append(_finding(entry.table.name, f"{entry.rows} rows", f"{rows} rows", place))
        for column, total in entry.totals.items():
            found = sum((tally.totals.get(column, Decimal(0)) for tally in covered), Decimal(0))
            if found != total:
                findings.append(
                    _finding(
                        entry.table.name,
                        f"{column} to sum to {total:f}",
                        f"{found.normalize():f}",
                        place,
                    )
                )
    return findings


def _finding(table: str, expected: str, found: str, file: str) -> Finding:
    remedy = "deliver the files and their manifest again, from one export"
    return Finding("error", table, file, None, expected, found, remedy)
