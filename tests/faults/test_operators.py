"""What an operator may do about a night: try it dry, continue it, be told of it."""

import hashlib
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import duckdb
import pytest

from orchestration.ops.lateness import last_run
from orchestration.publishing.files import read_json_lines
from orchestration.publishing.generations import DATABASE
from orchestration.publishing.lock import database_holder
from tests.python.orchestration.test_alerts import Receiver
from tests.python.sandbox import Sandbox, dbt_process

from .test_same_results import assert_same_relations

pytestmark = pytest.mark.slow


def state(sandbox: Sandbox) -> dict[str, str]:
    """Return a hash of every file of the warehouse but the logs and what locks write."""
    root = sandbox.warehouse.root
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.parent.name != "logs" and path.name != "lock"
    }


def test_a_dry_run_changes_nothing(sandbox: Sandbox) -> None:
    before = state(sandbox)
    code, output = sandbox.night(DRY_RUN="1")
    assert code == 0, output
    for part in ("nothing is published", "extracts.orders", "would build", "data tests", "disk"):
        assert part in output
    assert state(sandbox) == before
    (sandbox.extracts / "orders.csv").unlink()
    code, output = sandbox.night(DRY_RUN="1")
    assert code == 2, output
    assert "orders" in output
    assert state(sandbox) == before


def test_a_night_without_room_ends_before_it_builds(sandbox: Sandbox) -> None:
    (sandbox.root / "sitecustomize.py").write_text(
        "import shutil\n"
        "shutil.disk_usage = lambda folder: shutil._ntuple_diskusage(9**9, 0, 1024**2)\n"
    )
    before = sorted(path.name for path in sandbox.warehouse.generations.iterdir())
    code, output = sandbox.night()
    assert code == 5, output
    assert "needs about 64.0 MiB" in output and "1.0 MiB are free" in output
    assert sorted(path.name for path in sandbox.warehouse.generations.iterdir()) == before


def test_a_failed_night_tells_the_webhook_why(sandbox: Sandbox) -> None:
    receiver = Receiver()
    (sandbox.extracts / "orders.csv").unlink()
    code, output = sandbox.night(ALERT_WEBHOOK=receiver.address)
    receiver.server.shutdown()
    assert code == 2, output
    (message,) = receiver.messages
    assert message["text"].startswith("error: orders: no file in")
    assert (message["exit_code"], message["company"]) == (2, "smallest")


def wait_for_marts(sandbox: Sandbox, night: "subprocess.Popen[str]") -> int:
    """Wait until the second call of dbt has built a few models; return its process."""
    stream = night.stdout
    assert stream is not None
    for line in stream:
        if line.strip().startswith("expectations"):
            break
    child = dbt_process(night)
    log = sandbox.warehouse.root / "audit" / "logs" / f"{run_of(sandbox)}.log"
    until = time.monotonic() + 120
    while log.read_text("utf-8").count("OK created sql table model intermediate") < 3:
        assert time.monotonic() < until, "no model was built"
        time.sleep(0.05)
    return child


def run_of(sandbox: Sandbox) -> str:
    return Path(os.readlink(sandbox.warehouse.work)).name


@pytest.mark.parametrize(
    ("whom", "how", "code"),
    [("dbt", signal.SIGKILL, 5), ("dbt", signal.SIGINT, 1), ("night", signal.SIGKILL, -9)],
    ids=["killed", "interrupted", "the night itself killed"],
)
def test_a_continued_night_builds_what_a_whole_one_does(
    first_night: tuple[Sandbox, str], sandbox: Sandbox, whom: str, how: signal.Signals, code: int
) -> None:
    """The second call of dbt is ended; killed it says nothing, interrupted what it has done.

    The night itself, killed, says nothing at all, and its dbt ends with it.
    """
    night = sandbox.start()
    child = wait_for_marts(sandbox, night)
    os.kill(child if whom == "dbt" else night.pid, how)
    output, _ = night.communicate()
    assert night.returncode == code, output
    failed = run_of(sandbox)
    until = time.monotonic() + 30
    while database_holder(sandbox.warehouse.generation(failed) / DATABASE) is not None:
        assert time.monotonic() < until, "dbt outlived its night"
        time.sleep(0.1)
    last = last_run(sandbox.warehouse)
    ended = "failed" if whom == "dbt" else "killed"
    assert last is not None and (last["run_id"], last["outcome"]) == (failed, ended)

    code, output = sandbox.night(RESUME="last")
    assert code == 0, output
    assert f"Continuing night of smallest, run {failed}" in output
    (core,) = re.findall(r"^  core .* (\d+) models$", first_night[1], re.MULTILINE)
    assert f" {core} kept from the first attempt" in output, "core was built again"
    lines = [line for line in read_json_lines(sandbox.warehouse.runs) if line["run_id"] == failed]
    assert [line["outcome"] for line in lines] == [ended, "published"]
    assert sandbox.warehouse.linked(sandbox.warehouse.current) == failed
    marts = [line for line in output.splitlines() if line.strip().startswith("marts ")]
    assert ("kept" in marts[0]) is (how is signal.SIGINT)
    assert_same_relations(first_night[0], sandbox)
    with duckdb.connect(str(sandbox.warehouse.current / DATABASE), read_only=True) as connection:
        leftovers = connection.execute(
            "select table_name from duckdb_tables() where contains(table_name, '__dbt_')"
        ).fetchall()
    assert leftovers == []

    code, output = sandbox.night(RESUME=failed)
    assert code == 2 and "was published; there is nothing to continue" in output
