"""Reading a CSV file that is not quite one, record by record, with Python's `csv`.

The fast reader gives up on a file, or swallows what follows an unclosed quote. Here a record that
can't be read costs itself only: its first line is set aside, and reading goes on at the next
line. What the values mean is none of this module's business.
"""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_BLANKS = (" ", "\t")
# The fast reader, which reads what is written here, takes no line above two million bytes.
_LONGEST_RECORD = 400_000
_LONGEST_RAW = 30_000
_FIELD = r'(?:[^",\r\n]*|"(?:[^"]|"")*")'
_WELL_QUOTED = re.compile(rf"{_FIELD}(?:,{_FIELD})*\r?\n?")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its fields, and for a bad one the reason and the raw line.

    ``number`` counts records from one; empty lines and the header are none. A bad record has
    fields only if it could be split; they are good for showing an amount, and which of them are
    at fault, for nothing else.
    """

    number: int
    fields: tuple[str, ...]
    reason: str = ""
    raw: str = ""

    @property
    def faults(self) -> tuple[int, ...]:
        """Return the positions, from zero, of the fields that show the reason."""
        return tuple(
            place
            for place, field in enumerate(self.fields)
            if self.reason and _fault(field) == self.reason
        )


def repair(path: Path, width: int, good_file: Path, bad_file: Path) -> tuple[int, int]:
    """Split a CSV file with a header into records that can be read and records that can't.

    ``good_file`` gets the record number and the ``width`` fields of each good record,
    ``bad_file`` number, reason, positions of the fields at fault (from zero, each between blanks),
    raw line and ``width`` fields, empty if there are none, of the others; both are proper CSV
    without a header. Returns how many went into each.
    """
    good = bad = 0
    with (
        path.open(encoding="utf-8", errors="surrogateescape", newline=_line_end(path)) as lines,
        good_file.open("w", encoding="utf-8", newline="") as good_stream,
        bad_file.open("w", encoding="utf-8", newline="") as bad_stream,
    ):
        next(lines, None)
        good_rows = csv.writer(good_stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
        bad_rows = csv.writer(bad_stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for record in read_records(lines, width):
            if record.reason:
                bad += 1
                is_long = len(record.raw) > _LONGEST_RAW
                shown = [] if is_long else [_printable(field) for field in record.fields]
                shown += [""] * (width - len(shown))
                faults = "".join(f" {place} " for place in record.faults)
                raw = _printable(record.raw)
                bad_rows.writerow((record.number, record.reason, faults, raw, *shown))
            else:
                good += 1
                good_rows.writerow((record.number, *record.fields))
    return good, bad


def read_records(lines: Iterable[str], width: int) -> Iterator[Record]:
    """Yield every record of the lines, good or bad, in order.

    A record over several lines whose fields do not add up to ``width`` is taken for an unclosed
    quote: only its first line is bad, the others are read again, and then without indulgence
    for quotes inside of unquoted values.
    """
    source = iter(lines)
    again: deque[str] = deque()
    taken: list[str] = []
    is_read_again = False

    def feed() -> Iterator[str]:
        nonlocal is_read_again
        while True:
            is_read_again = is_read_again or bool(again)
            line = again.popleft() if again else next(source, None)
            if line is None:
                return
            taken.append(line)
            yield line

    number = 0
    reader = csv.reader(feed(), strict=True)
    while True:
        is_read_again = False
        try:
            fields = next(reader)
            if not fields:
                taken.clear()
                continue
            reason = _reason(fields, taken, width, is_read_again)
            is_one_line = reason in ("malformed_quote", "wrong_field_count")
        except StopIteration:
            return
        except csv.Error:
            reason = _unreadable(taken[0]) or "malformed_quote"
            is_one_line = True
            fields = []
        number += 1
        if not reason:
            taken.clear()
            yield Record(number, tuple(fields))
            continue
        bad_lines = taken[:1] if is_one_line else taken[:]
        left = taken[len(bad_lines) :]
        if left and reason == "wrong_field_count":
            reason = "malformed_quote"
        again.extendleft(reversed(left))
        taken.clear()
        reader = csv.reader(feed(), strict=True)
        is_split = not left and len(fields) == width
        yield Record(number, tuple(fields) if is_split else (), reason, "".join(bad_lines))


def _reason(fields: list[str], taken: list[str], width: int, is_read_again: bool) -> str:
    """Return why a record is bad though `csv` could split it; nothing if it is good."""
    raw = taken[0] if len(taken) == 1 else "".join(taken)
    if reason := _unreadable(raw):
        return reason
    if len(raw) > _LONGEST_RECORD:
        return "malformed_quote"
    if len(fields) != width:
        return "wrong_field_count"
    if '"' in raw:
        if is_read_again and not _WELL_QUOTED.fullmatch(raw):
            return "malformed_quote"
        for field in fields:
            if field.startswith(_BLANKS) and _fault(field):
                return "malformed_quote"
    return ""


def _unreadable(raw: str) -> str:
    if "\0" in raw:
        return "nul_byte"
    if not raw.isascii():
        try:
            raw.encode("utf-8")
        except UnicodeEncodeError:
            return "invalid_encoding"
    return ""


def _fault(field: str) -> str:
    """Return what is wrong with a field by itself; nothing if it is good."""
    if reason := _unreadable(field):
        return reason
    is_quoted_late = field.startswith(_BLANKS) and field.lstrip(" \t").startswith('"')
    return "malformed_quote" if is_quoted_late else ""


def _printable(raw: str) -> str:
    """Return the raw line, or its start, with its unreadable bytes written as escapes."""
    line = raw[:_LONGEST_RAW].rstrip("\r\n").encode("utf-8", "surrogateescape")
    return line.decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def _line_end(path: Path) -> str:
    """Return the line end of a file: a carriage return alone if it has no line feed at all."""
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            if b"\n" in chunk:
                return "\n"
    return "\r"
