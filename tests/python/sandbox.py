"""A copy of the project in which a test may change what it likes, with a company of its own.

The copy has its own target and warehouse folders, so that nothing of the working tree is touched.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from orchestration.publishing.generations import Warehouse

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SMALLEST = PROJECT_ROOT / "tests" / "python" / "fixtures" / "smallest"
_FILES = ("dbt_project.yml", "profiles.yml", "requirements.lock")
_FOLDERS = ("models", "macros", "orchestration", "expectations", "seeds/reference")
_TEST_FOLDERS = ("tests/generic", "tests/singular", "tests/unit")


class Sandbox:
    """A project folder with one company, ``smallest`` unless told otherwise."""

    def __init__(self, root: Path, company: str = "smallest", source: Path = SMALLEST) -> None:
        """Copy the project; extracts and seeds come from ``source``."""
        self.root = root
        self.company = company
        root.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            shutil.copy(PROJECT_ROOT / name, root / name)
        ignore = shutil.ignore_patterns("__pycache__")
        for name in (*_FOLDERS, *_TEST_FOLDERS):
            if (PROJECT_ROOT / name).exists():
                shutil.copytree(PROJECT_ROOT / name, root / name, ignore=ignore)
        self.extracts = root / "extracts"
        self.seeds = root / "seeds" / company
        shutil.copytree(source / "extracts", self.extracts)
        shutil.copytree(source / "seeds", self.seeds)
        self.warehouse = Warehouse(root / "warehouse")

    @classmethod
    def at(cls, root: Path, company: str = "smallest") -> "Sandbox":
        """Return the sandbox that is already in a folder."""
        sandbox = object.__new__(cls)
        sandbox.root, sandbox.company = root, company
        sandbox.extracts, sandbox.seeds = root / "extracts", root / "seeds" / company
        sandbox.warehouse = Warehouse(root / "warehouse")
        return sandbox

    def copy(self, root: Path) -> "Sandbox":
        """Return a copy of this sandbox with all that was built in it."""
        shutil.copytree(self.root, root, symlinks=True)
        return Sandbox.at(root, self.company)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of a run in here."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in {"KEEP_GENERATIONS", "ASSUMPTIONS", "NIGHT_TARGET", "DEV_DATABASE"}
        }
        return {
            **kept,
            "COMPANY": self.company,
            "EXTRACTS": "extracts",
            "WAREHOUSE": "warehouse",
            "PYTHONPATH": str(self.root),
            "PYTHONUTF8": "1",
        }

    def start(self, **environment: str) -> "subprocess.Popen[str]":
        """Start a night and return its process."""
        return subprocess.Popen(
            [sys.executable, "-m", "orchestration.night"],
            cwd=self.root,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def night(self, **environment: str) -> tuple[int, str]:
        """Run a night to its end; return its exit code and what it printed."""
        process = self.start(**environment)
        output, _ = process.communicate()
        return process.returncode, output


def first_night_in(place: Path) -> int:
    """Publish the smallest company in ``project`` of a folder; return the night's exit code.

    ``kept`` beside it is a copy of all that was built, ``output`` what the night printed.
    """
    shutil.rmtree(place, ignore_errors=True)
    sandbox = Sandbox(place / "project")
    code, output = sandbox.night()
    (place / "output").write_text(output, "utf-8")
    sandbox.copy(place / "kept")
    return code


def dbt_process(night: "subprocess.Popen[str]") -> int:
    """Wait for a night's call of dbt; return its process."""
    until = time.monotonic() + 120
    while True:
        assert time.monotonic() < until and night.poll() is None, "dbt was never started"
        found = subprocess.run(
            ["pgrep", "-P", str(night.pid), "-f", "dbt_child build"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.split()
        if found:
            return int(found[0])
        time.sleep(0.1)
