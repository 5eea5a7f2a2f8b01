"""Why a night failed: in an operator's words, and in words that may leave the house.

What an operator reads on the spot quotes rows at fault and messages of DuckDB. What is sent to a
webhook or published in the run history says what failed and what to do, without either: an error
that knows words without values carries them (``NightError.public``), any other text is cut where
a value may begin.
"""

import re
from collections.abc import Iterable

from orchestration.landing.findings import Finding
from orchestration.ops.exits import NightError

# A value begins behind a quotation mark or the word "found". An apostrophe within a word is none.
_VALUE = re.compile(r"\"|(?<!\w)'|\bfound\b")
# A record joins its lines with bars; a row at fault keeps its indent behind one.
_LINE_ENDS = re.compile(r"\r\n|[\r\n]| \| ")
_MOST_LINES = 5
_LONGEST = 300
_INTERRUPTED = (
    "interrupted, by hand or by a limit of time; `make resume` goes on where it stopped"
)


def words_of(error: BaseException) -> list[str]:
    """Return what an operator is told of an error."""
    if isinstance(error, NightError):
        return list(error.lines)
    if not isinstance(error, Exception):
        return [_INTERRUPTED]
    return [(str(error).splitlines() or [repr(error)])[0]]


def cause_of(error: BaseException) -> list[str]:
    """Return what may be said of an error outside."""
    if isinstance(error, NightError) and error.public:
        return shortened(error.public)
    return public_cause(words_of(error))


def public_finding(finding: Finding) -> str:
    """Return a finding without keys, counts and sums: its place and its remedy."""
    return f"{str(finding).partition(': expected ')[0]}: {finding.remedy}"


def public_cause(lines: Iterable[str]) -> list[str]:
    """Return the first lines of a failure, without rows at fault and without values.

    Rows are the indented lines. Nothing behind the first cut is told: a value may go on there.
    """
    kept = [line for text in lines for line in _LINE_ENDS.split(text) if line.strip()]
    told: list[str] = []
    for line in [line for line in kept if not line.startswith((" ", "\t"))] or kept[:1]:
        value = _VALUE.search(line)
        told.append(line if value is None else f"{line[: value.start()].rstrip(' :;,(')} ...")
        if value is not None:
            break
    return shortened(told)


def shortened(lines: Iterable[str]) -> list[str]:
    """Return the first lines, each as long as a message may be."""
    return [" ".join(line.split())[:_LONGEST] for line in lines][:_MOST_LINES]
