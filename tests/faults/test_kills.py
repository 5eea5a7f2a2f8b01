"""Twenty nights are killed at random moments; readers only ever see whole generations.

The night after them gets through on the same extracts, shuffled and cut into files, and publishes
the same rows as the first.
"""

import json
import os
import random
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from orchestration.publishing.files import read_json_lines
from orchestration.publishing.generations import read_run_file
from tests.python.sandbox import Sandbox

from .test_same_results import assert_same_relations, cut_and_shuffle

# The steps of a night, and how often each is hit: a late one costs all that come before it. That a
# kill within publishing itself leaves a whole generation is tried call by call in test_publishing.
HITS = {
    "prepare": 3,
    "landing": 4,
    "seeds": 4,
    "core": 3,
    "expectations": 2,
    "marts": 1,
    "marts judged": 1,
    "gate": 1,
    "publish": 1,
}
KILLS = sum(HITS.values())
SEED = 1998
# What is not timed as a step of its own: publishing is the last of what a run notes of itself.
PUBLISHING_SECONDS = 0.4


def test_twenty_nights_are_killed() -> None:
    """The number is the one that is promised."""
    assert KILLS == 20


@pytest.mark.timeout(2700)
def test_killed_nights_leave_whole_generations(
    first_night: tuple[Sandbox, str], tmp_path: Path
) -> None:
    """Neither the killed nights nor the order of the rows have changed what is published."""
    draw = random.Random(SEED)
    moments = [(step, draw.random()) for step, hits in HITS.items() for _ in range(hits)]
    draw.shuffle(moments)
    sandbox = first_night[0].copy(tmp_path / "project")
    killed = kill_nights(sandbox, moments)
    assert killed > KILLS // 2, "most nights ended before they could be killed"
    assert_same_relations(first_night[0], sandbox)


def kill_nights(sandbox: Sandbox, moments: list[tuple[str, float]]) -> int:
    """Kill a night at each moment; return how many did not end by themselves.

    A moment is a step and a part of what that step took the first time; so short steps,
    publishing for one, are hit as well on a busy machine.
    """
    root = sandbox.warehouse.root
    (first,) = read_json_lines(sandbox.warehouse.runs)
    seconds = {step["name"]: float(step["seconds"]) for step in first["steps"]}
    seconds["publish"] = PUBLISHING_SECONDS
    reader = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("reader.py")), str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    killed = 0
    for step, part in moments:
        night = sandbox.start()
        wait_for(night, step)
        time.sleep(part * seconds[step])
        killed += night.poll() is None
        night.kill()
        night.communicate()
        assert read_run_file(sandbox.warehouse.current)["outcome"] == "published"
    cut_and_shuffle(sandbox.extracts, SEED)
    code, output = sandbox.night()
    assert code == 0, output
    seen, _ = reader.communicate()
    lines = [json.loads(line) for line in seen.splitlines()]
    assert [line["wrong"] for line in lines if "wrong" in line] == []
    assert lines[0]["relations"] > 50
    assert lines[-1]["reads"] > len(moments)
    check_house(sandbox, len(moments) + 1)
    return killed


def wait_for(night: "subprocess.Popen[str]", step: str) -> None:
    """Read what a night prints up to the line of the step before ``step``."""
    stream = night.stdout
    assert stream is not None
    guard = threading.Timer(180, night.kill)
    guard.start()
    previous = {"landing": "prepare", "seeds": "landing", "core": "staging"}
    previous |= {"expectations": "core", "marts": "expectations"}
    previous |= {"marts judged": "data tests", "gate": "marts judged", "publish": "gate"}
    awaited = previous.get(step, "Night of")
    for line in stream:
        if line.strip().startswith(awaited):
            break
    guard.cancel()


def check_house(sandbox: Sandbox, nights: int) -> None:
    """Nothing lies about, and each night that made a folder is in the history once."""
    warehouse = sandbox.warehouse
    generations = sorted(path.name for path in warehouse.generations.iterdir())
    assert generations == warehouse.published()
    assert len(generations) <= 3
    assert not [name for name in os.listdir(warehouse.root) if name.endswith(".new")]
    assert os.listdir(warehouse.identities.parent) == [warehouse.identities.name]
    assert stat.S_IMODE(warehouse.identities.stat().st_mode) == 0o600
    history = read_json_lines(warehouse.runs)[1:]
    assert len({line["run_id"] for line in history}) == len(history)
    assert len(history) <= nights
    assert {line["outcome"] for line in history} <= {"published", "killed"}
    assert history[-1]["outcome"] == "published"
    assert history[-1]["run_id"] == warehouse.linked(warehouse.current)
