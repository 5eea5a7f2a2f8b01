"""The settings of a run, from the environment, checked before anything uses them."""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from orchestration.ops.alerts import webhook
from orchestration.ops.exits import BadInputError

# No program that a night runs reports to its maker.
NO_TELEMETRY = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}
PROJECT_ROOT = Path(__file__).resolve().parents[2]

_COMPANY = re.compile(r"[a-z][a-z0-9_]*")
_FOLDER = re.compile(r"[A-Za-z0-9_./~ +-]+")
RUN_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}")
LAST = "last"
DEMO_EXTRACTS = "target/demo/extracts"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a run reads and writes; folders are as given, relative to the project's root."""

    company: str
    extracts: Path
    warehouse: Path
    assumptions: Path
    dbt_target: Path
    keep_generations: int
    project_root: Path = PROJECT_ROOT
    time_zone: str = "UTC"
    late_after_hours: int = 26
    dry_run: bool = False
    resume: str = ""

    @property
    def command_prefix(self) -> str:
        """Return what stands before a `make` command so that it asks this company's warehouse."""
        prefix = "" if self.company == "demo" else f"COMPANY={shlex.quote(self.company)} "
        is_usual = str(self.warehouse) == "warehouse"
        return prefix + ("" if is_usual else f"WAREHOUSE={shlex.quote(str(self.warehouse))} ")

    @classmethod
    def from_environment(
        cls,
        environment: Mapping[str, str] | None = None,
        project_root: Path = PROJECT_ROOT,
        for_night: bool = True,
    ) -> "Settings":
        """Read the settings; raise ``BadInputError`` with one line for each that is wrong.

        What runs no night needs neither extracts nor an address for alerts.
        """
        source = os.environ if environment is None else environment
        given = {name: value for name, value in source.items() if value}
        wrong: list[str] = []
        company = given.get("COMPANY", "demo")
        if not _COMPANY.fullmatch(company):
            wrong.append(
                f"COMPANY: expected lower-case letters, digits and underscores that start with "
                f"a letter; found {company!r}"
            )
        extracts = given.get("EXTRACTS")
        if extracts is None and company == "demo":
            extracts = DEMO_EXTRACTS
        if extracts is None and for_night:
            wrong.append(f"EXTRACTS: expected the folder with the extracts of {company}; not set")
        folders: dict[str, Path] = {}
        for name, usual in _usual_folders(company).items():
            value = given.get(name, usual)
            if name in given and not _FOLDER.fullmatch(value):
                wrong.append(
                    f"{name}: expected letters, digits and the characters _ . / ~ + - and "
                    f"space; found {value!r}"
                )
            folders[name] = Path(value)
        numbers: dict[str, int] = {}
        for name, value in (
            ("KEEP_GENERATIONS", given.get("KEEP_GENERATIONS", "3")),
            ("LATE_AFTER_HOURS", given.get("LATE_AFTER_HOURS", "26")),
        ):
            if not value.isdecimal() or int(value) < 1:
                wrong.append(f"{name}: expected a whole number from 1; found {value!r}")
            else:
                numbers[name] = int(value)
        time_zone = given.get("NIGHT_TIMEZONE", "UTC")
        if not _is_time_zone(time_zone):
            wrong.append(
                f"NIGHT_TIMEZONE: expected a time zone such as Europe/Berlin; found {time_zone!r}"
            )
        resume = given.get("RESUME", "")
        if resume not in ("", LAST) and not RUN_ID.fullmatch(resume):
            wrong.append(f"RESUME: expected the id of a run, or {LAST}; found {resume!r}")
        dry_run = given.get("DRY_RUN", "0")
        if dry_run not in ("0", "1"):
            wrong.append(f"DRY_RUN: expected 1 or 0; found {dry_run!r}")
        elif dry_run == "1" and resume:
            wrong.append("DRY_RUN and RESUME: expected one of them; found both")
        if for_night:
            try:
                webhook(given)
            except BadInputError as error:
                wrong += error.lines
        if wrong:
            raise BadInputError(*wrong)
        return cls(
            company=company,
            extracts=Path(extracts or ""),
            warehouse=folders["WAREHOUSE"],
            assumptions=folders["ASSUMPTIONS"],
            dbt_target=folders["NIGHT_TARGET"],
            keep_generations=numbers["KEEP_GENERATIONS"],
            project_root=project_root,
            time_zone=time_zone,
            late_after_hours=numbers["LATE_AFTER_HOURS"],
            dry_run=dry_run == "1",
            resume=resume,
        )

    def of_company(self, company: str) -> "Settings":
        """Return the same for another company; folders follow that are called after the first."""
        was, usual = _usual_folders(self.company), _usual_folders(company)

        def follow(variable: str, folder: Path) -> Path:
            return Path(usual[variable]) if folder == Path(was[variable]) else folder

        return replace(
            self,
            company=company,
            assumptions=follow("ASSUMPTIONS", self.assumptions),
            dbt_target=follow("NIGHT_TARGET", self.dbt_target),
        )

    @property
    def has_extracts(self) -> bool:
        """Return whether it is known where the extracts are."""
        return self.extracts != Path()

    def absolute(self, folder: Path) -> Path:
        """Return a folder of the settings as an absolute path."""
        return folder if folder.is_absolute() else self.project_root / folder

    def dbt_environment(self) -> dict[str, str]:
        """Return the variables that the dbt project reads, as they were given."""
        return {
            "COMPANY": self.company,
            "WAREHOUSE": str(self.warehouse),
            "ASSUMPTIONS": str(self.assumptions),
        }

    def systems(self) -> tuple[str, ...]:
        """Return the source systems of the company; a company not listed has plain extracts."""
        project = yaml.safe_load((self.project_root / "dbt_project.yml").read_text("utf-8"))
        companies = (project.get("vars") or {}).get("companies") or {}
        return tuple(companies.get(self.company, {"extracts": None}))


def _usual_folders(company: str) -> dict[str, str]:
    """Return the folders of a company for which no other is given, by variable.

    The last two are of one company each, so that the nights of several run at the same time and
    none parses the project of another. `dbt_project.yml` has the same default for the second.
    """
    return {
        "WAREHOUSE": "warehouse",
        "ASSUMPTIONS": f"target/assumptions/{company}",
        "NIGHT_TARGET": f"target/night/{company}",
    }


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        return False
    return True
