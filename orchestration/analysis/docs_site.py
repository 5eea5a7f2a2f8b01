"""The project's documentation as one page that needs no server: ``make docs``.

dbt writes it, from the models as they stand and a copy of the published database, so that the
published file is never opened to write.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from orchestration.analysis.dev import compose_assumptions, copy_current
from orchestration.ops.exits import ExitCode, NightError
from orchestration.ops.progress import Reporter
from orchestration.ops.settings import NO_TELEMETRY, Settings
from orchestration.publishing.generations import Warehouse

OUT = "target/docs"


def build_site(settings: Settings, reporter: Reporter) -> Path:
    """Write the page and return its path; raise ``NightError`` if dbt cannot."""
    folder = settings.project_root / OUT
    copy = folder / "published.duckdb"
    record = copy_current(Warehouse(settings.absolute(settings.warehouse)), copy)
    company = str(record.get("company") or settings.company)
    own = settings.of_company(company)
    compose_assumptions(own, reporter)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "dbt.cli.main", "docs", "generate", "--static"],
            cwd=settings.project_root,
            env={
                **os.environ,
                **own.dbt_environment(),
                "DEV_DATABASE": str(copy),
                "DBT_TARGET_PATH": str(folder),
                "DBT_LOG_PATH": str(folder),
                "DBT_PROJECT_DIR": str(settings.project_root),
                "DBT_PROFILES_DIR": str(settings.project_root),
                **NO_TELEMETRY,
                "DBT_VERSION_CHECK": "false",
            },
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        copy.unlink(missing_ok=True)
        copy.with_name(copy.name + ".wal").unlink(missing_ok=True)
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines()[-20:] if line.strip()]
        raise NightError("dbt could not write the documentation:", *lines)
    page = folder / "index.html"
    shutil.copyfile(folder / "static_index.html", page)
    reporter.line(
        f"Documentation of {company} as in generation {record.get('run_id')}: "
        f"{os.path.relpath(page, settings.project_root)} ({page.stat().st_size / 1e6:.1f} MB)"
    )
    reporter.line("One file, to be opened in a browser or mailed; it needs no server.")
    return page


def main() -> int:
    """Write the page."""
    reporter = Reporter()
    try:
        settings = Settings.from_environment(for_night=False)
        build_site(settings, reporter)
    except NightError as error:
        for line in error.lines:
            reporter.line(line, "bold red")
        return int(error.exit_code)
    return int(ExitCode.PUBLISHED)


if __name__ == "__main__":
    sys.exit(main())
