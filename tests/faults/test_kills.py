"""Twenty nights are killed at random moments; readers only ever see whole generations."""

import json
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orchestration.publishing.files import read_json_lines
from orchestration.publishing.generations import read_run_file
from tests.python.sandbox import Sandbox

KILLS = 20
WORKERS = 2
SEED = 1998


@pytest.mark.timeout(600)
def test_killed_nights_leave_whole_generations(
    first_night: tuple[Sandbox, str], tmp_path: Path
) -> None:
    """Each worker has a warehouse of its own and kills its share of the nights."""
    sandboxes = [first_night[0].copy(tmp_path / f"project{n}") for n in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        durations = list(pool.map(whole_night, sandboxes))
        share = KILLS // WORKERS
        moments = [
            stratified(random.Random(SEED + n), share, duration)
            for n, duration in enumerate(durations)
        ]
        killed = list(pool.map(kill_nights, sandboxes, moments))
    assert sum(killed) > KILLS // 2, "most nights ended before they could be killed"


def stratified(draw: random.Random, number: int, duration: float) -> list[float]:
    """Return random moments, one from each of ``number`` equal parts of a night, shuffled."""
    moments = [(part + draw.random()) / number * duration for part in range(number)]
    draw.shuffle(moments)
    return moments


def whole_night(sandbox: Sandbox) -> float:
    """Run a night to its end and return its seconds."""
    since = time.monotonic()
    code, output = sandbox.night()
    assert code == 0, output
    return time.monotonic() - since


def kill_nights(sandbox: Sandbox, moments: list[float]) -> int:
    """Kill a night at each moment; return how many were killed before their end."""
    root = sandbox.warehouse.root
    before = {line["run_id"] for line in read_json_lines(sandbox.warehouse.runs)}
    reader = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("reader.py")), str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    killed = 0
    for moment in moments:
        night = sandbox.start()
        try:
            night.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            night.kill()
            night.communicate()
            killed += 1
        assert read_run_file(sandbox.warehouse.current)["outcome"] == "published"
    code, output = sandbox.night()
    assert code == 0, output
    seen, _ = reader.communicate()
    lines = [json.loads(line) for line in seen.splitlines()]
    wrong = [line["wrong"] for line in lines if "wrong" in line]
    assert wrong == []
    assert lines[0]["relations"] > 50
    assert lines[-1]["reads"] > len(moments)
    check_house(sandbox, before, len(moments) + 1)
    return killed


def check_house(sandbox: Sandbox, before: set[str], nights: int) -> None:
    """Nothing lies about, and each night that made a folder is in the history once."""
    warehouse = sandbox.warehouse
    generations = sorted(path.name for path in warehouse.generations.iterdir())
    assert generations == warehouse.published()
    assert len(generations) <= 3
    history = [line for line in read_json_lines(warehouse.runs) if line["run_id"] not in before]
    assert len({line["run_id"] for line in history}) == len(history)
    assert len(history) <= nights
    assert {line["outcome"] for line in history} <= {"published", "killed"}
    assert history[-1]["outcome"] == "published"
