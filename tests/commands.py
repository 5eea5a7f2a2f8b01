"""Running a command for the test runners: its output goes to a log, its time is limited."""

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
