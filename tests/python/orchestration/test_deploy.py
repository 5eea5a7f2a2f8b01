"""The files of deploy/ as they are: what they start comes to run, and what it writes is closed."""

import subprocess
from pathlib import Path

import pytest

LINES = ("orchestration.night", "orchestration.ops.lateness")


@pytest.mark.parametrize("module", LINES)
def test_a_line_of_the_crontab_runs_on_a_machine_that_has_no_warehouse_yet(
    project_root: Path, tmp_path: Path, module: str
) -> None:
    text = (project_root / "deploy" / "crontab").read_text("utf-8")
    (line,) = [line for line in text.splitlines() if f" {module} " in line]
    command = line.split(maxsplit=5)[5].replace("/srv", str(tmp_path))
    python = tmp_path / "customer-accounting" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@" > ran\necho wrong >&2\n')
    python.chmod(0o755)
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert module in (tmp_path / "customer-accounting" / "ran").read_text("utf-8")
    night = tmp_path / "warehouse" / "night.out"
    said = night.read_text("utf-8") if module == LINES[0] else done.stderr
    assert said == "wrong\n", "nobody gets to read what went wrong"


def test_no_service_takes_a_failure_for_a_success(project_root: Path) -> None:
    """An interpreter that can't even import ends with 1, as lateness does."""
    for service in (project_root / "deploy").glob("*.service"):
        assert "SuccessExitStatus" not in service.read_text("utf-8"), service.name


def test_what_services_write_is_closed_to_others(project_root: Path) -> None:
    services = sorted((project_root / "deploy").glob("*.service"))
    assert len(services) == 3
    for service in services:
        assert "UMask=0027" in service.read_text("utf-8").splitlines(), service.name
