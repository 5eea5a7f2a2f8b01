"""What landing has to say about a company's input: one finding, one line.

Only the shape of a finding and its text belong here; the rules are with what they examine.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with the input, and what would put it right.

    An ``error`` stops the load before anything is built. ``record`` counts the records of
    ``file`` from one, the header line not included; where a whole table or folder is meant,
    ``file`` says so, or is empty. No text of a row is ever quoted; keys, column names, counts and
    sums are.
    """

    severity: Severity
    table: str
    file: str
    record: int | None
    expected: str
    found: str
    remedy: str

    def __str__(self) -> str:
        """Return the finding as one line for the log."""
        place = self.file if self.record is None else f"{self.file}, record {self.record}"
        start = ": ".join(part for part in (self.severity, self.table, place) if part)
        return f"{start}: expected {self.expected}; found {self.found}; {self.remedy}"


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether any of the findings stops the load."""
    return any(finding.severity == "error" for finding in findings)
