"""What benchmarks measure with: seconds and memory of a process, busy time, growth."""

import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

_UNIT = 1024 if sys.platform == "linux" else 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a process: exit code, seconds from start to end, peak memory, output."""

    code: int
    seconds: float
    peak_bytes: int
    output: str


# A process begins with the peak of the one that it was forked from: a small one stands between.
_BETWEEN = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code if code >= 0 else 128 - code)
"""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Outcome:
    """Run a process to its end. Its peak memory is its own, not that of whoever measures it."""
    with tempfile.TemporaryDirectory() as temporary:
        peak = Path(temporary) / "peak"
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-S", "-E", "-c", _BETWEEN, str(peak), *command],
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - started
        return Outcome(done.returncode, seconds, int(peak.read_text()) * _UNIT, done.stdout)


def busy_seconds(intervals: Iterable[tuple[float, float]]) -> float:
    """Return the time during which at least one interval ran: what ran together counts once."""
    total, until = 0.0, -math.inf
    for start, end in sorted(intervals):
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total


def growth_exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Return k of seconds ~ size^k, the least squares of the logarithms: 1 is linear."""
    xs, ys = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - x_mean) ** 2 for x in xs)
    if not spread:
        raise ValueError("growth needs more than one size")
    return sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / spread


@dataclass(frozen=True, slots=True)
class Build:
    """What dbt says of a build: busy seconds in the database, and seconds of each node."""

    seconds: float
    nodes: dict[str, float]

    def slowest(self, count: int) -> list[tuple[str, float]]:
        """Return the slowest nodes, slowest first."""
        return sorted(self.nodes.items(), key=lambda node: -node[1])[:count]


def read_build(results: Mapping[str, Any]) -> Build:
    """Return the `execute` timings of dbt's run results."""
    intervals: list[tuple[float, float]] = []
    nodes: dict[str, float] = {}
    for result in results["results"]:
        for timing in result["timing"]:
            if timing["name"] == "execute" and timing["started_at"]:
                start, end = _seconds(timing["started_at"]), _seconds(timing["completed_at"])
                intervals.append((start, end))
                nodes[result["unique_id"].split(".")[2]] = end - start
    return Build(busy_seconds(intervals), nodes)


def _seconds(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp).timestamp()
