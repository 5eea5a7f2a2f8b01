"""A company's settings: what there is to set, and what the company has set.

`seeds/reference/settings.csv` says what there is, with type, default and allowed values; the
company's `company_settings` names what differs.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

from orchestration.landing.findings import Finding
from orchestration.landing.results import LandingRules

COMPANY_SETTINGS = "company_settings"
_PATTERNS = {
    "integer": r"[0-9]+",
    "decimal": r"[0-9]+(\.[0-9]+)?",
    "boolean": r"true|false",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
}
_KINDS = {
    "integer": "an integer of zero or more, in digits only",
    "decimal": "a decimal of zero or more, in digits and at most one point",
    "boolean": "true or false",
    "date": "a date YYYY-MM-DD",
}
_CURRENCY = re.compile(r"[A-Z]{3}")
_CURRENCIES = ("functional_currency", "reporting_currency")
_REQUIRED = ("functional_currency",)
_PLAUSIBLE = ("first_plausible_date", "last_plausible_date")


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set."""

    name: str
    data_type: str
    default: str
    allowed: tuple[str, ...]

    def wrong(self, value: str) -> str:
        """Return what a value should be, or nothing if it is good."""
        if self.allowed and value not in self.allowed:
            return f"one of {', '.join(self.allowed)}"
        pattern = _PATTERNS.get(self.data_type)
        if pattern and not re.fullmatch(pattern, value):
            return _KINDS[self.data_type]
        if self.data_type == "date" and not _is_date(value):
            return _KINDS[self.data_type]
        if self.name in _CURRENCIES and not _CURRENCY.fullmatch(value):
            return "a currency code of three capital letters"
        return ""


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def read_settings(project_root: Path) -> dict[str, Setting]:
    """Read what can be set, by name."""
    path = project_root / "seeds" / "reference" / "settings.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return {
            row["setting"]: Setting(
                row["setting"],
                row["data_type"],
                row["default_value"],
                tuple(value for value in row["allowed_values"].split("|") if value),
            )
            for row in csv.DictReader(stream)
        }


def check_settings(
    settings: Mapping[str, Setting], rows: Iterable[tuple[str, str]]
) -> list[Finding]:
    """Return findings for unknown settings, bad values and required ones that nobody set."""
    findings = []
    given: dict[str, str] = {}
    for record, (name, value) in enumerate(rows, start=1):
        if name not in settings:
            close = get_close_matches(name, settings, n=1)
            remedy = f"if it is {close[0]}, rename it" if close else "take it out"
            expected = f"a setting among {', '.join(settings)}"
            findings.append(_finding(record, expected, repr(name), remedy))
        elif value:
            given[name] = value
            if expected := settings[name].wrong(value):
                findings.append(
                    _finding(record, f"{name} to be {expected}", repr(value), "mend it")
                )
    for name in _REQUIRED:
        if name in settings and name not in given and not settings[name].default:
            findings.append(
                _finding(None, f"a value for {name}", "none", f"add a row {name},<value>")
            )
    first, last = (given.get(name) or settings[name].default for name in _PLAUSIBLE)
    if not findings and first > last:  # as text they are in the order of the calendar
        expected = f"{_PLAUSIBLE[0]} not after {_PLAUSIBLE[1]}"
        findings.append(_finding(None, expected, f"{first} and {last}", "mend one of them"))
    return findings


def resolve(settings: Mapping[str, Setting], given: Mapping[str, str]) -> dict[str, str]:
    """Return every setting with the company's value, else its default."""
    return {name: given.get(name) or setting.default for name, setting in settings.items()}


def landing_rules(settings: Mapping[str, str]) -> LandingRules:
    """Return the resolved settings that landing obeys, typed."""
    return LandingRules(
        functional_currency=settings["functional_currency"],
        rejected_row_limit_pct=Decimal(settings["rejected_row_limit_pct"]),
        fx_max_age_days=int(settings["fx_max_age_days"]),
        first_plausible_date=date.fromisoformat(settings["first_plausible_date"]),
        last_plausible_date=date.fromisoformat(settings["last_plausible_date"]),
    )


def _finding(record: int | None, expected: str, found: str, remedy: str) -> Finding:
    file = f"{COMPANY_SETTINGS}.csv"
    return Finding("error", COMPANY_SETTINGS, file, record, expected, found, remedy)
