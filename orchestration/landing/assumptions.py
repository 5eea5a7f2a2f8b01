"""Composing the assumptions of a company: its own seeds, and empty ones for what it leaves out.

dbt sees one folder in which every declared seed exists, with its columns in declared order and
nothing else. A file whose content stays the same is not written again, so that dbt need not
parse again.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from orchestration.landing import assumption_rules, seed_files, sql
from orchestration.landing import settings as company_settings
from orchestration.landing.declarations import Seed, read_seeds
from orchestration.landing.findings import Finding, has_errors
from orchestration.landing.settings import landing_rules

__all__ = ["compose", "landing_rules", "resolved_settings"]

_COMPANY = re.compile(r"[a-z][a-z0-9_]*")
_NO_COMPANIES = ("reference",)


def compose(company: str, out_folder: Path, project_root: Path) -> list[Finding]:
    """Write one CSV for each declared seed into ``out_folder``; return what is wrong.

    Nothing is written if there is an error. CSV files of the folder that are no seed are removed.
    Raises DeclarationError if the YAML of the seeds can't be used.
    """
    folder = project_root / "seeds" / company
    seeds = read_seeds(project_root)
    findings = _check_company(company, folder)
    if findings:
        return findings
    findings = _check_files(seeds, folder)
    delivered = []
    for seed in seeds:
        rows, found = seed_files.read_seed(seed, folder / f"{seed.name}.csv")
        delivered.append(rows)
        findings += found
    if has_errors(findings):
        return findings
    with sql.connect(out_folder.parent) as connection:
        for rows in delivered:
            findings += seed_files.load(connection, rows)
            if rows.seed.name == company_settings.COMPANY_SETTINGS:
                findings += company_settings.check_settings(
                    company_settings.read_settings(project_root),
                    ((name, value) for name, value, *_ in rows.rows),
                )
        lines = project_root / "seeds" / "reference" / "statement_lines.csv"
        connection.execute(
            f"create temp table statement_lines as select * from read_csv({sql.text(lines)}, "
            "header = true, all_varchar = true)"
        )
        if not has_errors(findings):
            findings += assumption_rules.check_rules(connection)
    if not has_errors(findings):
        _write(delivered, out_folder)
    return findings


def resolved_settings(out_folder: Path, project_root: Path) -> dict[str, str]:
    """Return every setting with its value in the composed folder, else its default, as text."""
    seed = next(
        seed for seed in read_seeds(project_root) if seed.name == company_settings.COMPANY_SETTINGS
    )
    rows, _ = seed_files.read_seed(seed, out_folder / f"{seed.name}.csv")
    names = [column.name for column in seed.columns]
    given = {row[names.index("setting")]: row[names.index("value")] for row in rows.rows}
    return company_settings.resolve(company_settings.read_settings(project_root), given)


def _check_company(company: str, folder: Path) -> list[Finding]:
    if not _COMPANY.fullmatch(company) or company in _NO_COMPANIES:
        place = f"seeds/{company}"
        expected = "a company's name of lower-case letters, digits and underscores"
        found, remedy = repr(company), "set COMPANY to a folder of seeds/"
    elif not folder.is_dir():
        place = str(folder.absolute())
        expected, found = f"a folder of the assumptions of {company}", "none"
        remedy = "make it, with company_settings.csv and account_classification.csv at least"
    else:
        return []
    return [Finding("error", "", place, None, expected, found, remedy)]


def _check_files(seeds: Iterable[Seed], folder: Path) -> list[Finding]:
    known = {f"{seed.name}.csv" for seed in seeds}
    return [
        Finding(
            "error",
            "",
            path.name,
            None,
            "files of declared seeds only",
            "a file of no declared seed",
            "rename it, or move it elsewhere",
        )
        for path in sorted(folder.iterdir())
        if path.name not in known and path.suffix != ".md" and not path.name.startswith(".")
    ]


def _write(delivered: Iterable[seed_files.SeedRows], out_folder: Path) -> None:
    out_folder.mkdir(parents=True, exist_ok=True)
    written = set()
    for rows in delivered:
        path = out_folder / f"{rows.seed.name}.csv"
        written.add(path)
        content = rows.as_csv().encode("utf-8")
        if path.is_file() and path.read_bytes() == content:
            continue
        new = path.with_suffix(".csv.new")
        new.write_bytes(content)
        os.replace(new, path)
    for path in out_folder.glob("*.csv*"):
        if path not in written:
            path.unlink()
