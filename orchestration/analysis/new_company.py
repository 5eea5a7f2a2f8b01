"""A skeleton of assumptions: ``make new-company NAME=<name> [EXTRACTS=<folder>] [CURRENCY=EUR]``.

Writes `seeds/<name>/`: a file for each declared seed and a README that explains every column from
the same YAML that the columns are checked against. With extracts the accounts and tags are filled
in as proposals, each with its reason.
"""

import csv
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import yaml

from orchestration.analysis.proposals import Proposals, propose
from orchestration.landing.assumptions import compose
from orchestration.landing.declarations import Seed, read_seeds
from orchestration.landing.findings import Finding
from orchestration.ops.exits import BadInputError, ExitCode, NightError
from orchestration.ops.progress import Reporter
from orchestration.ops.settings import PROJECT_ROOT

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_RESERVED = ("reference",)
# Until there are activities and processes all cost of cost centres is unassigned.
_MEANWHILE = "100"

Rows = list[Mapping[str, str]]


def check_order(name: str, currency: str, extracts: Path | None, project_root: Path) -> None:
    """Raise ``BadInputError`` if the skeleton cannot be made, one line for each reason."""
    wrong = []
    folder = project_root / "seeds" / name
    project = yaml.safe_load((project_root / "dbt_project.yml").read_text("utf-8"))
    if not name:
        wrong.append("NAME: expected a name for the company; not set")
    elif not _NAME.fullmatch(name):
        wrong.append(
            "NAME: expected lower-case letters, digits and underscores that start with a letter; "
            f"found {name!r}"
        )
    elif name in _RESERVED or name in ((project.get("vars") or {}).get("companies") or {}):
        wrong.append(f"NAME: {name} is taken; take another name")
    elif folder.exists():
        wrong.append(f"NAME: {folder} exists; nothing in it is changed, take another name")
    if currency and not _CURRENCY.fullmatch(currency):
        wrong.append(f"CURRENCY: expected three capital letters; found {currency!r}")
    if extracts and not extracts.is_dir():
        wrong.append(f"EXTRACTS: expected a folder of extracts; found none at {extracts}")
    if wrong:
        raise BadInputError(*wrong)


def write_skeleton(
    name: str, currency: str, extracts: Path | None, project_root: Path
) -> tuple[Path, Proposals, list[Finding]]:
    """Write `seeds/<name>/`, as a whole or not at all; return it with what the rules say of it."""
    check_order(name, currency, extracts, project_root)
    try:
        proposals = propose(extracts, project_root) if extracts else Proposals()
    except duckdb.Error as error:
        raise BadInputError(f"EXTRACTS: {str(error).splitlines()[0]}") from error
    currency = currency or proposals.currency or "EUR"
    filled = _filled(currency, proposals)
    folder = project_root / "seeds" / name
    waiting = folder.with_name(f".{name}.new")
    shutil.rmtree(waiting, ignore_errors=True)
    waiting.mkdir()
    for seed in read_seeds(project_root):
        text = _as_csv(seed, filled.get(seed.name, []))
        (waiting / f"{seed.name}.csv").write_text(text, "utf-8")
    (waiting / "README.md").write_text(
        readme(name, currency, proposals, bool(extracts), project_root), "utf-8"
    )
    os.replace(waiting, folder)
    with TemporaryDirectory() as scratch:
        return folder, proposals, compose(name, Path(scratch) / "assumptions", project_root)


def _filled(currency: str, proposals: Proposals) -> dict[str, Rows]:
    """Return the rows of the seeds that are not left empty."""
    schemes = proposals.schemes
    return {
        "company_settings": [
            {"setting": "functional_currency", "value": currency},
            {"setting": "unassigned_limit_pct", "value": _MEANWHILE},
        ],
        "account_classification": [
            {"account_id": one.account.account_id, **one.values} for one in proposals.accounts
        ],
        "tag_schemes": [
            {
                "tag_scheme": scheme.name,
                "is_required": "false",
                "is_exclusive": str(scheme.is_exclusive).lower(),
            }
            for scheme in schemes
        ],
        "tag_values": [
            {
                "tag_scheme": scheme.name,
                "tag_value": value,
                "label": value,
                "sort_order": str(number),
            }
            for scheme in schemes
            for number, value in enumerate(scheme.values, start=1)
        ],
        "tag_source_priority": [
            {"tag_scheme": scheme.name, "source_system": system, "priority": str(number)}
            for scheme in schemes
            for number, system in enumerate(scheme.systems, start=1)
        ],
        # One minute a unit and none for an option: what the events count, until somebody knows.
        "time_equations": [
            {"driver_id": driver, "option_id": option, "minutes": minutes}
            for driver, option, minutes in (
                *((driver, "base", "1") for driver in sorted({d for d, _ in proposals.options})),
                *((driver, option, "0") for driver, option in proposals.options),
            )
        ],
    }


def _as_csv(seed: Seed, rows: Rows) -> str:
    stream = StringIO()
    writer = csv.DictWriter(
        stream, [column.name for column in seed.columns], restval="", lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def readme(
    name: str, currency: str, proposals: Proposals, has_extracts: bool, project_root: Path
) -> str:
    """Return the page that explains the skeleton, its columns from the YAML of the seeds."""
    path = project_root / "seeds" / "reference" / "_assumptions.yml"
    seeds = yaml.safe_load(path.read_text("utf-8"))["seeds"]
    parts = [
        f"# Assumptions of {name}\n",
        f"Made by `make new-company`. Run it with `COMPANY={name} EXTRACTS=<folder> "
        f"WAREHOUSE=warehouses/{name} make nightly`: a warehouse belongs to one company. A file "
        "with its header only assumes nothing; rows are added with any editor or spreadsheet "
        "that saves CSV in UTF-8.\n",
        "## What to do, in this order\n",
        _steps(currency, has_extracts),
    ]
    if proposals.accounts:
        parts += [
            "## Proposals for the accounts, to be confirmed\n",
            "From the ledger that was delivered. Change `account_classification.csv` where a "
            "proposal is wrong, and remove this section when all are confirmed.\n",
            _table(
                ("account", "name", "sum", "proposed", "because"),
                [
                    (
                        one.account.account_id,
                        one.account.name,
                        one.account.amount,
                        ", ".join(one.values.values()),
                        one.reason,
                    )
                    for one in proposals.accounts
                ],
            ),
        ]
    parts.append("## The files and their columns\n")
    for seed in seeds:
        parts += [
            f"### `{seed['name']}.csv`\n",
            _flat(seed["description"]) + "\n",
            _table(
                ("column", "type", "value", "meaning"), [_explained(c) for c in seed["columns"]]
            ),
        ]
    return "\n".join(parts)


def _steps(currency: str, has_extracts: bool) -> str:
    accounts = (
        "`account_classification.csv`: confirm the proposals below."
        if has_extracts
        else "`account_classification.csv`: a row for each revenue and expense account of the "
        "ledger. Until all are there a night stops and names the missing ones."
    )
    tags = (
        "`tag_schemes.csv`, `tag_values.csv`, `tag_source_priority.csv`: the tags that were "
        "delivered. Say which schemes are required, put other spellings into "
        "`tag_aliases.csv`, and confirm which system is believed first."
        if has_extracts
        else "`tag_schemes.csv` and `tag_values.csv`: the schemes and values of customer tags. "
        "Without them deliver `customer_tags` with its header only."
    )
    return "\n".join(
        (
            f"1. `company_settings.csv`: is {currency} the currency in which the ledger is kept?",
            f"2. {accounts}",
            f"3. {tags}",
            "4. `time_equations.csv`: the minutes of each option of an event; where options were "
            "delivered, a unit counts one minute and an option none, until you know better.",
            "5. `activities.csv`, `processes.csv`, `activity_processes.csv`, "
            "`process_capacities.csv` and `derived_drivers.csv`: what the cost centres do, and "
            "what drives it. Until then their cost is unassigned, with the reason "
            "(`governance.rpt_unassigned_monthly`).",
            f"6. When that is done, take `unassigned_limit_pct` ({_MEANWHILE}) out of "
            "`company_settings.csv`: from then on a night stops above 5 % of unassigned cost.",
            "",
        )
    )


def _explained(column: Mapping[str, Any]) -> tuple[str, str, str, str]:
    meta = (column.get("config") or {}).get("meta") or {}
    value = "required" if meta.get("required") else "may be empty"
    if meta.get("key"):
        value += ", part of the key"
    if meta.get("first_of_month"):
        value += ", first of a month"
    allowed = meta.get("allowed")
    if allowed:
        value += f": {', '.join(allowed)}"
    return f"`{column['name']}`", column["data_type"], value, _flat(column["description"])


def _flat(text: str) -> str:
    return " ".join(text.split())


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    cells = (" | ".join(cell.replace("|", "\\|") for cell in line) for line in lines)
    return "\n".join(f"| {line} |" for line in cells) + "\n"


def main() -> int:
    """Make the skeleton that the environment asks for."""
    reporter = Reporter()
    name, currency = os.environ.get("NAME", ""), os.environ.get("CURRENCY", "")
    given = os.environ.get("EXTRACTS")
    extracts = PROJECT_ROOT / given if given else None
    try:
        folder, proposals, findings = write_skeleton(name, currency, extracts, PROJECT_ROOT)
    except NightError as error:
        for line in error.lines:
            reporter.line(line, "bold red")
        return int(error.exit_code)
    shown = os.path.relpath(folder, PROJECT_ROOT)
    reporter.line(f"Made {shown}: {len(list(folder.glob('*.csv')))} files and a README.md", "bold")
    for finding in findings:
        reporter.line(f"  {finding}", "yellow")
    if extracts:
        values = sum(len(scheme.values) for scheme in proposals.schemes)
        reporter.line(
            f"Proposed, to be confirmed: {len(proposals.accounts)} accounts, "
            f"{len(proposals.schemes)} tag schemes with {values} values"
        )
    else:
        reporter.line(
            "No EXTRACTS were given: account_classification.csv is to be filled by hand"
        )
    reporter.line(f"What to do next stands in {shown}/README.md. Then:")
    reporter.line(
        f"  COMPANY={name} EXTRACTS={given or '<folder>'} WAREHOUSE=warehouses/{name} make nightly"
    )
    return int(ExitCode.PUBLISHED)


if __name__ == "__main__":
    sys.exit(main())
