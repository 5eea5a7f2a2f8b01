"""The files of deploy/ as they are: what they start comes to run, and what it writes is closed."""

import subprocess
from pathlib import Path

import pytest

LINES = ("orchestration.night", "orchestration.ops.lateness")


def command_of(project_root: Path, module: str, root: Path) -> str:
    """Return the command of the crontab that starts a module, with a root of the test's own."""
    text = (project_root / "deploy" / "crontab").read_text("utf-8")
    (line,) = [line for line in text.splitlines() if f" {module} " in line]
    return line.split(maxsplit=5)[5].replace("/srv", str(root))


def run(command: str, root: Path, script: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as cron does, with a script in the place of Python."""
    python = root / "customer-accounting" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    return subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("module", LINES)
def test_a_line_of_the_crontab_runs_on_a_machine_that_has_no_warehouse_yet(
    project_root: Path, tmp_path: Path, module: str
) -> None:
    command = command_of(project_root, module, tmp_path)
    done = run(command, tmp_path, 'echo "$@" > ran\necho wrong >&2')
    assert done.returncode == 0, done.stderr
    assert module in (tmp_path / "customer-accounting" / "ran").read_text("utf-8")
    night = tmp_path / "warehouse" / "night.out"
    said = night.read_text("utf-8") if module == LINES[0] else done.stderr
    assert said == "wrong\n", "nobody gets to read what went wrong"


@pytest.mark.parametrize(
    ("script", "end"),
    [
        ("trap 'echo interrupted > end; exit 1' INT\nsleep 30", "interrupted\n"),
        ("trap '' INT\necho deaf > end\nsleep 30", "deaf\n"),
    ],
)
def test_a_night_of_cron_that_hangs_has_an_end(
    project_root: Path, tmp_path: Path, script: str, end: str
) -> None:
    """It is interrupted as by hand, so that it records its end; one that is deaf is killed."""
    command = command_of(project_root, LINES[0], tmp_path)
    assert " timeout --signal=INT --kill-after=5m 4h " in command
    done = run(command.replace(" 4h ", " 1s ").replace("=5m", "=1s"), tmp_path, script)
    assert done.returncode != 0
    assert (tmp_path / "customer-accounting" / "end").read_text("utf-8") == end


def test_no_service_takes_a_failure_for_a_success(project_root: Path) -> None:
    """An interpreter that can't even import ends with 1, as lateness does."""
    for service in (project_root / "deploy").glob("*.service"):
        assert "SuccessExitStatus" not in service.read_text("utf-8"), service.name


@pytest.mark.parametrize("module", LINES)
def test_what_cron_starts_writes_closed_to_others(
    project_root: Path, tmp_path: Path, module: str
) -> None:
    run(command_of(project_root, module, tmp_path), tmp_path, "mkdir folder && echo > folder/file")
    folder = tmp_path / "customer-accounting" / "folder"
    assert [oct(path.stat().st_mode & 0o777) for path in (folder, folder / "file")] == [
        "0o750",
        "0o640",
    ]
    written = list((tmp_path / "warehouse").rglob("*"))
    for path in [*written, tmp_path / "warehouse"] if module == LINES[0] else []:
        assert not path.stat().st_mode & 0o007, path


def test_what_services_write_is_closed_to_others(project_root: Path) -> None:
    services = sorted((project_root / "deploy").glob("*.service"))
    assert len(services) == 3
    for service in services:
        assert "UMask=0027" in service.read_text("utf-8").splitlines(), service.name
