"""What the commands of the Makefile hand on: settings are text that no shell reads."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[3]
NASTY = "demo\" ]; touch broken; [ \"$(shell touch broken) `touch broken` '"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with the Makefile, where Python only notes what it is asked for."""
    shutil.copy(PROJECT_ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").touch()
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        "#!/bin/sh\n"
        "printf '%s\\n' \"$@\" >> asked\n"
        "printf '%s\\n' \"$COMPANY\" \"$EXTRACTS\" > settings\n"
    )
    python.chmod(0o755)
    (tmp_path / ".venv" / ".ready").touch()
    return tmp_path


def asked(project: Path, target: str, **settings: str) -> list[str]:
    """Run a command; return the arguments that Python got."""
    kept = {name: os.environ[name] for name in os.environ.keys() - {"COMPANY", "EXTRACTS", "SUITE"}}
    (project / "asked").unlink(missing_ok=True)
    subprocess.run(
        ["make", *target.split()],
        cwd=project,
        env={**kept, **settings},
        check=True,
        capture_output=True,
        timeout=60,
    )
    assert not (project / "broken").exists()
    return (project / "asked").read_text("utf-8").splitlines()


NIGHT = ["-m", "orchestration.night"]
GENERATOR = ["-m", "orchestration.ops.demo_extracts"]


def test_the_demo_company_is_generated_for_its_own_night_only(project: Path) -> None:
    assert asked(project, "nightly") == GENERATOR + NIGHT
    assert asked(project, "nightly", EXTRACTS="elsewhere") == NIGHT
    assert asked(project, "nightly", COMPANY="acme", EXTRACTS="elsewhere") == NIGHT


@pytest.mark.parametrize("name", ["COMPANY", "EXTRACTS"])
def test_a_setting_is_handed_on_as_it_is(project: Path, name: str) -> None:
    assert asked(project, "nightly", **{name: NASTY}) == NIGHT
    assert NASTY in (project / "settings").read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    ("target", "name", "default"),
    [
        ("expectations", "SUITE", ""),
        ("bench", "ROWS", "10000000"),
    ],
)
def test_an_argument_is_handed_on_as_one(
    project: Path, target: str, name: str, default: str
) -> None:
    assert asked(project, target)[-1] == default
    assert asked(project, target, **{name: NASTY})[-1] == NASTY
    assert asked(project, f"{target} {name}=12")[-1] == "12"
