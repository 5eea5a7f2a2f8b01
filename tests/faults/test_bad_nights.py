"""Whole nights that must not publish, each with its exit code; the old generation stays."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from orchestration.publishing.files import read_json_lines
from orchestration.publishing.generations import DATABASE
from tests.python.sandbox import Sandbox, dbt_process

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def untouched(sandbox: Sandbox) -> Iterator[None]:
    """Whatever the test does, what was published before it is published after it."""
    before = published_bytes(sandbox)
    yield
    assert published_bytes(sandbox) == before


def published_bytes(sandbox: Sandbox) -> tuple[str, bytes, bytes]:
    """Return what readers get: the link, the database behind it, the names of people."""
    current, identities = sandbox.warehouse.current, sandbox.warehouse.identities
    assert b"Customer C01" in identities.read_bytes()
    return os.readlink(current), (current / DATABASE).read_bytes(), identities.read_bytes()


def last_record(sandbox: Sandbox) -> dict[str, object]:
    return read_json_lines(sandbox.warehouse.runs)[-1]


def test_a_failing_data_test_stops_the_night(sandbox: Sandbox) -> None:
    customers = sandbox.extracts / "customers.csv"  # the names of people differ, and stay
    customers.write_text(customers.read_text().replace("Customer C01", "Another Name"))
    (sandbox.root / "tests" / "singular" / "assert_nobody_buys.sql").write_text(
        "{{ config(meta={'remedy': 'Stop selling.'}) }}\n"
        "select customer_key from {{ ref('fct_customer_contribution_monthly') }}\n"
    )
    code, output = sandbox.night()
    assert code == 3, output
    assert "assert_nobody_buys: 12 failing rows" in output
    assert "Stop selling." in output
    assert output.count("    customer_key ") == 5 and "    ..." in output
    record = last_record(sandbox)
    assert (record["outcome"], record["exit_code"]) == ("failed", 3)
    assert "assert_nobody_buys" in str(record["reason"])


def test_a_failing_expectation_stops_the_marts(sandbox: Sandbox) -> None:
    path = sandbox.seeds / "tag_source_priority.csv"
    path.write_text("tag_scheme,source_system,priority\n")
    code, output = sandbox.night()
    assert code == 3, output
    assert "tagging.systems_agree_or_a_priority_settles_it: 1 failing" in output
    evidence = sandbox.warehouse.evidence(str(last_record(sandbox)["run_id"]))
    assert (evidence / "dbt_core.json").exists()
    assert not (evidence / "dbt_marts.json").exists(), "the marts were built all the same"


def write_suite(sandbox: Sandbox, **changes: object) -> None:
    """Add the template as a suite on a mart that asks for what is not there."""
    suite = json.loads((sandbox.root / "expectations/templates/suite.json").read_text())
    suite["name"] = "mine"
    suite["meta"] |= {
        "runs_after": "marts",
        "table": "marts.fct_customer_contribution_monthly",
        **changes,
    }
    suite["expectations"] = [
        {
            "type": "expect_table_row_count_to_be_between",
            "kwargs": {"max_value": 1},
            "meta": {"name": "hardly_anybody", "owner": "Ada", "why": "Few.", "remedy": "Sell."},
        }
    ]
    (sandbox.root / "expectations/suites/mine.json").write_text(json.dumps(suite))


def test_a_suite_of_an_analyst_stops_publishing_after_the_marts(sandbox: Sandbox) -> None:
    write_suite(sandbox)
    code, output = sandbox.night()
    assert code == 3, output
    assert "expectation mine.hardly_anybody: not met; Few. Sell. Owner: Ada" in output
    assert re.search(r"marts judged .* FAILED  18 of 19 met", output)
    evidence = sandbox.warehouse.evidence(str(last_record(sandbox)["run_id"]))
    assert (evidence / "dbt_marts.json").exists()
    (result,) = json.loads((evidence / "expectations_mine.json").read_text())["results"]
    assert (result["success"], result["observed"]) == (False, {"observed_value": 12})
    assert result["meta"]["owner"] == "Ada"


def test_a_suite_with_a_mistake_is_told_before_anything_is_built(sandbox: Sandbox) -> None:
    write_suite(sandbox, table="marts.fct_customer_contribution")
    code, output = sandbox.night()
    assert code == 2, output
    assert "expectations/suites/mine.json: the warehouse has no table" in output
    assert "if it is marts.fct_customer_contribution_monthly, write that" in output
    assert last_record(sandbox)["exit_code"] == 2


def test_headers_without_rows_are_not_published(sandbox: Sandbox) -> None:
    """Landing takes them, and every identity would hold of nothing; a dry run tells it too."""
    for path in sandbox.extracts.glob("*.csv"):
        path.write_text(path.read_text().splitlines()[0] + "\n")
    for dry_run in ("1", "0"):
        code, output = sandbox.night(DRY_RUN=dry_run)
        assert code == 3, output
        (line,) = [text for text in output.splitlines() if "extracts.order_lines:" in text]
        assert "0 rows landed, 24 in the published run" in line and "Deliver the table" in line
        assert "raise vanished_row_limit_pct in company_settings" in line
    record = last_record(sandbox)
    assert (record["outcome"], record["exit_code"]) == ("failed", 3)
    assert record["landed_rows_by_table"]["extracts.order_lines"] == 0  # type: ignore[index]
    code, output = sandbox.night(RESUME="last")
    assert code == 3 and "extracts.order_lines: 0 rows landed" in output


def test_a_night_of_another_company_is_refused(sandbox: Sandbox) -> None:
    sandbox.seeds.rename(sandbox.seeds.with_name("another"))
    records = len(read_json_lines(sandbox.warehouse.runs))
    for how in ({}, {"DRY_RUN": "1"}, {"RESUME": "last"}):
        code, output = sandbox.night(COMPANY="another", **how)
        assert code == 2, output
        assert "one of another, and" in output and "is the warehouse of smallest" in output
        assert "WAREHOUSE=warehouses/another" in output
    assert len(read_json_lines(sandbox.warehouse.runs)) == records


def test_bad_input_is_told_in_one_line(sandbox: Sandbox) -> None:
    path = sandbox.extracts / "orders.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0].replace("ordered_on", "order_date"), *lines[1:]]) + "\n")
    code, output = sandbox.night()
    assert code == 2, output
    findings = [text for text in output.splitlines() if "order_date" in text]
    assert findings
    for line in findings:
        assert all(word in line for word in ("orders", "orders.csv", "expected", "found"))
    assert last_record(sandbox)["exit_code"] == 2


def test_bad_assumptions_are_told_before_anything_is_built(sandbox: Sandbox) -> None:
    path = sandbox.seeds / "activities.csv"
    path.write_text(path.read_text().replace("0.8", "0.7"))
    code, output = sandbox.night()
    assert code == 2, output
    assert "activities.csv" in output and "sum to one" in output


def test_assumptions_that_do_not_fit_the_extracts_are_bad_input(sandbox: Sandbox) -> None:
    path = sandbox.seeds / "account_classification.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("4100,")))
    code, output = sandbox.night()
    assert code == 2, output
    assert "account_classification, 4100: not classified as controlled" in output
    assert "add the account to account_classification" in output


def test_a_killed_dbt_is_the_machine(sandbox: Sandbox) -> None:
    night = sandbox.start()
    os.kill(dbt_process(night), signal.SIGKILL)
    output, _ = night.communicate()
    assert night.returncode == 5, output
    assert "dbt was killed from outside" in output


def test_a_full_disk_is_the_machine(sandbox: Sandbox) -> None:
    """The sandbox's own Python finds the disk full when it makes a file durable."""
    (sandbox.root / "sitecustomize.py").write_text(
        "import errno, os\n"
        "def fsync(descriptor):\n"
        "    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n"
        "os.fsync = fsync\n"
    )
    code, output = sandbox.night()
    assert code == 5, output
    assert "No space left on device" in output


def test_too_little_memory_is_the_machine(sandbox: Sandbox) -> None:
    code, output = sandbox.night(DUCKDB_MEMORY_LIMIT="2MB")
    assert code == 5, output


def test_a_second_run_is_told_of_the_first(sandbox: Sandbox) -> None:
    first = sandbox.start()
    lock = sandbox.warehouse.root / "lock"
    until = time.monotonic() + 60
    while not (lock.exists() and lock.read_text().strip()):
        assert time.monotonic() < until, "the first run never took the lock"
        time.sleep(0.05)
    holder = json.loads(lock.read_text())
    try:
        code, output = sandbox.night()
    finally:
        first.kill()
        first.communicate()
    assert code == 4, output
    assert holder["pid"] == first.pid
    for value in (holder["run_id"], str(first.pid), holder["started_at"], "smallest"):
        assert value in output


def test_an_orphan_is_named_and_its_generation_kept(sandbox: Sandbox) -> None:
    folder = sandbox.warehouse.begin("20200101-000000-dead", {"outcome": "running"})
    orphan = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb, sys; c = duckdb.connect({str(folder / DATABASE)!r});"
            "print('open', flush=True); sys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    (sandbox.extracts / "orders.csv").unlink()  # the night ends early
    try:
        assert orphan.stdout is not None and orphan.stdout.readline()
        code, output = sandbox.night()
        assert orphan.poll() is None
    finally:
        orphan.communicate()
    assert code == 2, output
    assert f"process {orphan.pid}" in output
    assert folder.exists()


def test_half_written_artifacts_of_dbt_do_not_matter(sandbox: Sandbox) -> None:
    """What a killed dbt may leave in its target folder; the night then gets as far as landing."""
    target = sandbox.root / "target" / "night" / sandbox.company
    for name in ("manifest.json", "partial_parse.msgpack", "run_results.json"):
        content = (target / name).read_bytes()
        (target / name).write_bytes(content[: len(content) // 2])
    (target / "definition.json").write_text("{")
    (sandbox.extracts / "orders.csv").unlink()
    code, output = sandbox.night()
    assert code == 2, output
    assert "orders" in output
