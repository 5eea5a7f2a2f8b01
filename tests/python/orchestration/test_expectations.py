"""The suite ``tagging`` on small core tables, and the process in which suites are evaluated."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.checks import expectations, outcomes, try_suites
from orchestration.checks.evidence import read_evidence, suite_file
from orchestration.checks.suites import FOLDER, load_suites
from orchestration.ops.companion import parent_variable
from orchestration.ops.settings import Settings
from orchestration.publishing.lock import database_holder

GOOD = """
create schema core;
create table core.dim_customers(customer_key bigint, customer_id text, acquired_month date,
    merged_on date);
insert into core.dim_customers values (0, '(unassigned)', null, null),
    (1, 'c-alpha', '2024-01-01', null), (2, 'c-beta', '2024-02-01', null);
create table core.dim_months(month date, month_end date);
insert into core.dim_months values ('2024-01-01', '2024-01-31'), ('2024-02-01', '2024-02-29');
create table core.fct_ledger_entries as select date '2024-02-01' as month;
create table core.dim_tag_schemes(tag_scheme text, is_required boolean, is_exclusive boolean);
insert into core.dim_tag_schemes values ('size', true, true), ('interest', false, false);
create table core.dim_segments(segment_id text, tag_scheme text, tag_value text);
insert into core.dim_segments values ('size:smb', 'size', 'smb'), ('size:big', 'size', 'big'),
    ('interest:x', 'interest', 'x');
create table core.dim_settings(setting text, value text);
insert into core.dim_settings values ('tag_conflict_limit_pct', '5'),
    ('tag_unknown_value_limit_pct', '5');
create table core.fct_customer_tag_claims as
    select 1 + n % 2 as customer_key, n::text as customer_id, 'crm' as source_system,
        'size' as tag_scheme, case when n < 95 then 'smb' end as tag_value, n < 95 as is_known,
        date '2024-01-01' as valid_from, null::date as valid_to
    from range(100) as numbers(n);
insert into core.fct_customer_tag_claims values
    (1, '1', 'crm', 'size', 'big', true, '2024-01-20', '2024-02-10'),
    (1, '1', 'crm', 'size', 'smb', true, '2024-02-10', null),
    (1, '1', 'crm', 'interest', 'x', true, '2024-01-01', '2024-02-28'),
    (1, '1', 'crm', 'interest', 'y', true, '2024-01-01', null);
create table core.fct_customer_tags(customer_key bigint, tag_scheme text, tag_value text,
    valid_from date, valid_to date, is_conflict boolean, is_settled_by_priority boolean);
insert into core.fct_customer_tags values
    (1, 'size', 'smb', '2024-01-01', '2024-02-01', true, true),
    (1, 'size', 'big', '2024-02-01', null, false, false),
    (2, 'size', 'smb', '2024-02-01', null, false, false);
create table core.fct_segment_memberships_monthly(segmentation text, customer_key bigint,
    month date, segment_id text);
insert into core.fct_segment_memberships_monthly values
    ('size', 1, '2024-01-01', 'size:smb'), ('size', 1, '2024-02-01', 'size:big'),
    ('size', 2, '2024-02-01', 'size:smb');
"""
MEMBERSHIPS = "core.fct_segment_memberships_monthly"
# A month ahead of the ledger does not move today; without a ledger the last month is today.
AHEAD = "insert into core.dim_months values ('2024-04-01', '2024-04-30');"
NO_LEDGER = "delete from core.fct_ledger_entries;"
BAD = {
    "a_value_in_each_required_scheme": [
        f"delete from {MEMBERSHIPS} where customer_key = 2",
        "insert into core.dim_customers values (3, 'c-gamma', '2024-01-01', '2024-02-10')",
        "insert into core.dim_tag_schemes values ('region', true, true)",
    ],
    "a_value_in_each_required_scheme_that_is_not_exclusive": [
        "update core.dim_tag_schemes set is_required = true where tag_scheme = 'interest'",
    ],
    "values_of_today_in_the_taxonomy": [
        # all three of a system, but few over all
        "insert into core.fct_customer_tag_claims"
        " select 1, n::text, 'shop', 'size', null, false, date '2024-02-01', null"
        " from range(3) as numbers(n)",
        f"{AHEAD} insert into core.fct_customer_tag_claims"
        " select 1, n::text, 'shop', 'size', null, false, date '2024-02-01', date '2024-03-15'"
        " from range(3) as numbers(n)",
        f"{NO_LEDGER} insert into core.fct_customer_tag_claims"
        " select 1, n::text, 'shop', 'size', null, false, date '2024-02-01', null"
        " from range(3) as numbers(n)",
    ],
    "unknown_delivered_values_within_limit": [
        "insert into core.fct_customer_tag_claims values"
        " (1, '1', 'shop', 'size', null, false, '2024-01-01', '2024-01-10'),"
        " (2, '2', 'shop', 'size', null, false, '2024-01-01', '2024-01-10')",
        "delete from core.dim_settings where setting = 'tag_unknown_value_limit_pct'",
        "update core.dim_settings set value = '4.8'"
        " where setting = 'tag_unknown_value_limit_pct'",
    ],
    "systems_agree_or_a_priority_settles_it": [
        "update core.fct_customer_tags set is_settled_by_priority = false",
    ],
    "conflicts_of_today_within_limit": [
        # one of two today, but few over all time
        "insert into core.fct_customer_tags select 9, 'size', 'smb', date '2020-01-01' + n::int,"
        " date '2020-01-01' + n::int + 1, false, false from range(50) as numbers(n);"
        "update core.fct_customer_tags set is_conflict = true where customer_key = 2",
        f"{AHEAD} update core.fct_customer_tags set is_conflict = true, valid_to = '2024-03-15'"
        " where customer_key = 2",
        f"{NO_LEDGER}"
        " update core.fct_customer_tags set is_conflict = true where customer_key = 2",
    ],
    "no_overlapping_validity": [
        "update core.fct_customer_tag_claims set valid_to = '2024-02-11' where tag_value = 'big'",
        "update core.fct_customer_tag_claims set valid_from = '2024-01-01'"
        " where tag_value = 'big'",
        "update core.fct_customer_tag_claims set valid_to = valid_from where customer_id = '7'",
    ],
}
CASES = [(name, spoil) for name, spoils in BAD.items() for spoil in spoils]


@pytest.fixture(scope="module")
def names(project_root: Path) -> dict[str, str]:
    """Return the name of each expectation by its id."""
    (suite,) = [item for item in load_suites(project_root) if item["name"] == "tagging"]
    return {item["id"]: item["meta"]["name"] for item in suite["expectations"]}


@pytest.fixture(scope="module", autouse=True)
def library() -> None:
    expectations.buffer_rows()


def outcome(tmp_path: Path, project_root: Path, spoil: str = "") -> list[dict[str, Any]]:
    database = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(GOOD + spoil)
    results = expectations.validate(project_root, database, "tagging")
    with duckdb.connect(str(database)):  # the library let go of it
        return results


def test_every_expectation_can_fail(names: dict[str, str]) -> None:
    assert set(names.values()) == set(BAD)


def test_good_tags_meet_all(tmp_path: Path, project_root: Path, names: dict[str, str]) -> None:
    results = outcome(tmp_path, project_root)
    assert {result["id"] for result in results} == set(names)
    assert all(result["success"] and result["failing"] == 0 for result in results)


@pytest.mark.parametrize(("name", "spoil"), CASES)
def test_bad_tags_fail_the_one_expectation(
    tmp_path: Path, project_root: Path, names: dict[str, str], name: str, spoil: str
) -> None:
    failed = [r for r in outcome(tmp_path, project_root, spoil) if not r["success"]]
    assert name in [names[result["id"]] for result in failed]
    for result in failed:
        assert result["exception"] is None
        assert result["failing"] > 0
    assert "c-alpha" not in json.dumps(failed)


def test_an_exception_is_an_error_without_values(
    tmp_path: Path, project_root: Path, names: dict[str, str]
) -> None:
    results = outcome(
        tmp_path,
        project_root,
        "update core.dim_settings set value = 'Jane Roe' where setting like '%unknown%'",
    )
    raised = [r for r in results if r["exception"]]
    assert {names[result["id"]] for result in raised} == {
        "unknown_delivered_values_within_limit",
        "values_of_today_in_the_taxonomy",
    }
    assert not any(result["success"] for result in raised)
    assert "Jane" not in json.dumps(results)


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("Could not convert 'Shaun O'Brien' to INT32", "Could not convert '...' to INT32"),
        ("column \"Jane 'J' Doe\" or 'Jane' of x", "column '...' of x"),
        ("no such row: `Jane Doe`\n[SQL: select 'Jane Doe']", "no such row: '...'"),
        ("Conversion of 'Jane Doe\nand Co' [SQL: select 1]", "Conversion of '...'"),
        ("nothing is quoted", "nothing is quoted"),
    ],
)
def test_nothing_that_a_message_quotes_is_kept(message: str, kept: str) -> None:
    assert outcomes.without_values(message) == kept


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with suites of its own: one after core, one after the marts."""
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    for name, stage in (("early", "core"), ("late", "marts")):
        suite = {
            "name": name,
            "meta": {"runs_after": stage, "table": "core.fct_customer_tags"},
            "expectations": [
                {
                    "type": "expect_table_row_count_to_be_between",
                    "kwargs": {"min_value": 3, "max_value": 3},
                    "meta": {"name": "three", "owner": "o", "why": "w", "remedy": "r"},
                }
            ],
        }
        (folder / f"{name}.json").write_text(json.dumps(suite), "utf-8")
    return tmp_path


@pytest.fixture
def process(
    project: Path, project_root: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[expectations.ExpectationProcess]:
    monkeypatch.setenv("PYTHONPATH", str(project_root))
    process = expectations.ExpectationProcess(project, project / "log")
    yield process
    process.close()


def request_of(project: Path, stage: str) -> dict[str, str]:
    return {
        "database": str(project / "warehouse.duckdb"),
        "run_id": "run-1",
        "evidence": str(project),
        "company": "demo",
        "stage": stage,
    }


def test_the_process_answers_twice_and_lets_go_each_time(
    project: Path, process: expectations.ExpectationProcess
) -> None:
    database = project / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(GOOD)
    process.run(request_of(project, "core"))
    (result,) = read_evidence(project / suite_file("early"))["results"]
    assert (result["success"], result["observed"]) == (True, {"observed_value": 3})
    assert not (project / suite_file("late")).exists()
    assert database_holder(database) is None
    with duckdb.connect(str(database)) as connection:  # what dbt does next
        connection.execute("delete from core.fct_customer_tags")
    process.run(request_of(project, "marts"))
    content = read_evidence(project / suite_file("late"))
    assert content["run_id"] == "run-1"
    assert [item["success"] for item in content["results"]] == [False]
    assert database_holder(database) is None


def test_a_type_that_the_library_does_not_know_is_told_at_once(
    project: Path, process: expectations.ExpectationProcess
) -> None:
    """Before anything is evaluated, also if the suite would run later."""
    path = project / FOLDER / "late.json"
    path.write_text(path.read_text().replace("expect_table_row_count", "expect_wonder_count"))
    with pytest.raises(expectations.SuiteError, match=r"late.json: expectation three: .*not found"):
        process.run(request_of(project, "core"))
    assert not (project / suite_file("early")).exists()


@pytest.mark.parametrize(
    ("query", "met"),
    [
        ("select 3 > 2 as is_judged, 3 as rows", False),
        ("select count(*) from core.dim_segments", False),
        ("select cast(0.5 as decimal(3, 1))", False),
        ("select false as is_judged, 3 as rows", True),
        ("select 0, 3 as rows", True),
        ("select cast(0 as decimal(3, 1)), 3 as rows", True),
    ],
)
def test_only_false_and_zero_say_that_there_is_too_little(
    tmp_path: Path, project_root: Path, query: str, met: bool
) -> None:
    results = asked(tmp_path, query)
    assert [result["success"] for result in results] == [met]
    assert (results[0]["observed"] == {"judged": 0, "rows": 3}) is met


def asked(folder: Path, query: str) -> list[dict[str, Any]]:
    """Return the outcome of a suite with a ``judged_query``; it is not met if it is judged."""
    database = folder / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(GOOD)
    meta = {"name": "none", "owner": "o", "why": "w", "remedy": "r"}
    expectation = {
        "id": "1",
        "type": "expect_table_row_count_to_equal",
        "kwargs": {"value": 0},
        "meta": {**meta, "table": "core.fct_customer_tags"},
    }
    suite = {"name": "asked", "meta": {"judged_query": query}, "expectations": [expectation]}
    return expectations.Evaluation(database).evaluate(suite)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select true where 1 = 2", "found no row"),
        ("select null, 3 as rows", "found a row without such a value"),
        ("select 'no'", "found a row without such a value"),
        ("select true from range(2)", "found more rows"),
        ("select cout(*) from core.dim_segments", "cannot be run; mend it: .*with name cout"),
        ("select true from core.dim_segment", "cannot be run; mend it: .*dim_segment"),
        ("select no_column from core.dim_segments", "cannot be run; mend it: .*no_column"),
        ("selec true", "cannot be run; mend it: .*selec"),
    ],
)
def test_a_suite_is_not_met_because_its_judged_query_gives_no_answer(
    tmp_path: Path, query: str, said: str
) -> None:
    told = f"asked.json: meta.judged_query.*{said}"
    with pytest.raises(expectations.SuiteError, match=told) as error:
        asked(tmp_path, query)
    assert "\n" not in str(error.value)


def test_what_a_judged_query_stumbles_over_is_told_without_values(tmp_path: Path) -> None:
    with pytest.raises(expectations.SuiteError, match="Could not convert") as error:
        asked(tmp_path, "select tag_value::integer > 0 from core.dim_segments")
    assert "smb" not in str(error.value)


def test_every_judged_query_without_an_answer_is_told_by_the_process(
    project: Path, process: expectations.ExpectationProcess
) -> None:
    """The other suites of the stage are judged all the same."""
    with duckdb.connect(str(project / "warehouse.duckdb")) as connection:
        connection.execute(GOOD)
    for name, query in (("early", "selec"), ("second", "select null"), ("third", "select true")):
        suite = json.loads((project / FOLDER / "early.json").read_text())
        suite["name"], suite["meta"]["judged_query"] = name, query
        (project / FOLDER / f"{name}.json").write_text(json.dumps(suite), "utf-8")
    with pytest.raises(expectations.SuiteError) as error:
        process.run(request_of(project, "core"))
    assert [line.partition(":")[0] for line in error.value.args] == [
        "expectations/suites/early.json",
        "expectations/suites/second.json",
    ]
    assert not (project / suite_file("early")).exists()
    assert read_evidence(project / suite_file("third"))["results"]


def test_a_suite_that_is_tried_by_hand_tells_the_same(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    generation = project / "warehouse" / "current"
    generation.mkdir(parents=True)
    with duckdb.connect(str(generation / "warehouse.duckdb")) as connection:
        connection.execute(GOOD)
    suite = json.loads((project / FOLDER / "early.json").read_text())
    suite["meta"] |= {"owner": "o", "why": "w", "judged_query": "select null"}
    (project / FOLDER / "early.json").write_text(json.dumps(suite), "utf-8")
    (project / FOLDER / "late.json").unlink()
    settings = Settings.from_environment({}, project_root=project, for_night=False)
    monkeypatch.setattr(Settings, "from_environment", lambda **given: settings)
    assert try_suites.main(["early"]) == 2
    assert "early.json: meta.judged_query: expected one row" in capsys.readouterr().err


def test_the_process_ends_when_nobody_asks(tmp_path: Path, project_root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.checks.expectations"],
        stdin=subprocess.DEVNULL,
        cwd=project_root,
        env={**os.environ, **parent_variable()},
        check=False,
    )
    assert done.returncode == 0


def test_a_process_that_does_not_end_is_killed(
    tmp_path: Path, project_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = expectations.ExpectationProcess(project_root, tmp_path / "log")
    child = process._process
    patient = child.wait

    def wait(timeout: float | None = None) -> int:
        if timeout is not None:
            raise subprocess.TimeoutExpired("expectations", timeout)
        return patient()

    monkeypatch.setattr(child, "wait", wait)
    with pytest.raises(subprocess.TimeoutExpired):
        process.close()
    assert child.returncode == -signal.SIGKILL


def test_a_process_that_fails_says_so(tmp_path: Path, project_root: Path) -> None:
    process = expectations.ExpectationProcess(project_root, tmp_path / "log")
    with pytest.raises(RuntimeError, match="could not be run"):
        process.run({"database": "nowhere"})
    process.close()
    assert "KeyError" in (tmp_path / "log").read_text()
