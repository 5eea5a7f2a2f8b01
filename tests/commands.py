"""What the test runners share: a command with a log and a limit, and saying what was skipped."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STOPPED = 124


def call(
    command: Sequence[str], log: Path, seconds: float, environment: Mapping[str, str]
) -> int:
    """Run a command in the project and append what it prints to ``log``; return its exit code.

    After ``seconds`` it is stopped, which is exit code 124.
    """
    with log.open("a", encoding="utf-8") as stream:
        stream.write(f"$ {' '.join(command)}\n")
        stream.flush()
        try:
            return subprocess.run(
                command,
                cwd=ROOT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            stream.write("stopped: twice the time budget\n")
            return STOPPED


def skipped_line(skipped: Sequence[str], folder: Path) -> str:
    """Return the line that says what was skipped and why.

    The same stands in ``skipped`` of the folder, a line for each, for continuous integration.
    """
    (folder / "skipped").write_text("".join(f"{item}\n" for item in skipped), "utf-8")
    return f"Skipped: {'; '.join(skipped) or 'nothing'}"
