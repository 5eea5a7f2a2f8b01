"""What an operator is told: status, lateness, room on the disk."""

import errno
import io
import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.ops import alerts, disk, lateness
from orchestration.ops.disk import check_disk, disk_need
from orchestration.ops.exits import BadInputError, ExitCode, LockedError, NightError
from orchestration.ops.lateness import late_extracts, tell_if_late, why_late
from orchestration.ops.lifecycle import opened_night
from orchestration.ops.progress import Reporter
from orchestration.ops.settings import Settings
from orchestration.ops.status import print_status
from orchestration.publishing.files import append_json_line
from orchestration.publishing.generations import DATABASE, Warehouse
from orchestration.publishing.lock import lock_holder, run_lock
from orchestration.publishing.publish import publish

from .conftest import Make, project_beside

NOW = datetime(2026, 1, 3, 9, 0, tzinfo=UTC)
RUN, LATER = "20260103-010000-aaaa", "20260103-020000-bbbb"
SOURCES = """
sources:
  - name: extracts
    tables:
      - name: orders
        config: {meta: {freshness_hours: 36}}
        columns: [{name: order_id, data_type: string}]
      - name: products
        columns: [{name: product_id, data_type: string}]
"""


@pytest.fixture
def settings(warehouse: Warehouse) -> Settings:
    """Return the settings of a project with one table that has a limit, delivered just now."""
    settings = project_beside(warehouse, SOURCES)
    extracts = settings.absolute(settings.extracts)
    extracts.mkdir()
    for name in ("orders", "products"):
        path = extracts / f"{name}.csv"
        path.write_text(f"{name[:-1]}_id\n")
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    return settings


def published(warehouse: Warehouse, make: Make, age: timedelta) -> None:
    make(RUN)
    ended = (NOW - age).isoformat()
    record = {"run_id": RUN, "outcome": "published", "company": "shop", "ended_at": ended}
    publish(warehouse, RUN, record)


def status(settings: Settings) -> tuple[int, str]:
    stream = io.StringIO()
    code = print_status(settings, Reporter(stream), NOW)
    return code, stream.getvalue()


def test_all_is_well(settings: Settings, warehouse: Warehouse, make_generation: Make) -> None:
    published(warehouse, make_generation, timedelta(hours=2))
    code, text = status(settings)
    assert code == 0, text
    assert f"run {RUN} of shop, 2026-01-03 07:00 UTC, 2 h ago" in text
    assert "late" not in text and "last run" not in text and "running" not in text


def test_nothing_is_published_yet(settings: Settings, warehouse: Warehouse) -> None:
    code, text = status(settings)
    assert code == 1 and "nothing yet" in text and "no night was started yet" in text
    shutil.rmtree(warehouse.root)
    assert status(settings)[0] == 1


def test_a_failed_run_is_told_with_its_reason(
    settings: Settings, warehouse: Warehouse, make_generation: Make
) -> None:
    published(warehouse, make_generation, timedelta(hours=2))
    warehouse.begin(LATER, {"outcome": "failed"})
    reason = "orders is missing | deliver it"
    record = {"run_id": LATER, "outcome": "failed", "exit_code": 2, "reason": reason}
    append_json_line(warehouse.runs, record)
    code, text = status(settings)
    assert code == 1
    for part in ("last run    orders is missing", "deliver it", "exit code 2", f"{LATER}.log"):
        assert part in text
    assert "make resume" not in text, "another input needs a whole night"


@pytest.mark.parametrize(
    ("record", "at", "command"),
    [
        ({"extracts": "/srv/extracts"}, "", "COMPANY=shop WAREHOUSE={root} EXTRACTS=/srv/extracts"),
        ({}, "", "COMPANY=shop WAREHOUSE={root} EXTRACTS=<folder>"),
        (
            {"company": "demo", "extracts": "/srv/the extracts"},
            "of all",
            "WAREHOUSE='{root}' EXTRACTS='/srv/the extracts'",
        ),
        ({"company": "demo", "extracts": "target/demo/extracts"}, "", "WAREHOUSE={root}"),
    ],
)
def test_the_command_that_continues_a_run_works_as_it_is_printed(
    settings: Settings, warehouse: Warehouse, record: dict[str, Any], at: str, command: str
) -> None:
    """It names the extracts that the run read; those who ask may have others, or none."""
    if at:
        warehouse = Warehouse(warehouse.root.with_name(f"warehouse {at}"))
        settings = replace(settings, warehouse=warehouse.root)
    warehouse.begin(LATER, {"outcome": "failed"})
    failed = {"run_id": LATER, "outcome": "failed", "exit_code": 5, "reason": "killed"}
    append_json_line(warehouse.runs, {**failed, **record})
    text = status(replace(settings, extracts=Path()))[1]
    assert f"continued: {command.format(root=warehouse.root)} make resume\n" in text


def test_a_killed_run_is_told_before_another_one_starts(
    settings: Settings, warehouse: Warehouse, make_generation: Make
) -> None:
    published(warehouse, make_generation, timedelta(hours=2))
    make_generation(LATER, started_at="02:00")
    with run_lock(warehouse.root, {"run_id": LATER}):
        assert "last run" not in status(settings)[1], "it is at work"
    code, text = status(settings)
    assert code == 1 and f"run {LATER} was killed" in text and "make resume" in text


def test_status_says_where_alerts_go_and_needs_no_extracts(
    settings: Settings,
    warehouse: Warehouse,
    make_generation: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    published(warehouse, make_generation, timedelta(hours=2))
    monkeypatch.delenv("ALERT_WEBHOOK", raising=False)
    assert "alerts      go nowhere" in status(settings)[1]
    monkeypatch.setenv("ALERT_WEBHOOK", "https://example.org/secret")
    code, text = status(replace(settings, extracts=Path()))
    assert code == 0 and "secret" not in text
    assert "alerts      go to the address" in text and "EXTRACTS is not set" in text
    monkeypatch.setenv("ALERT_WEBHOOK", "http://example.org/secret")
    code, text = status(settings)
    assert code == 1 and "expected an https address" in text and "secret" not in text


def test_each_late_extract_is_told(
    settings: Settings,
    warehouse: Warehouse,
    make_generation: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    published(warehouse, make_generation, timedelta(hours=2))
    sources = settings.project_root / "models" / "staging" / "extracts" / "_extracts__sources.yml"
    limit = "config: {meta: {freshness_hours: 37}}\n        "
    text = SOURCES.replace("columns: [{name: product_id", f"{limit}columns: [{{name: product_id")
    sources.write_text(text)
    old = (NOW - timedelta(hours=36.5)).timestamp()
    for name in ("orders", "products"):
        os.utime(settings.absolute(settings.extracts) / f"{name}.csv", (old, old))
    sent: list[list[str]] = []
    monkeypatch.setenv("ALERT_WEBHOOK", "https://example.org/hook")

    def send(message: dict[str, Any]) -> str:
        sent.append(message["cause"])
        return ""

    monkeypatch.setattr(alerts, "send", send)
    for hour in (0, 0, 1, 1):
        late = late_extracts(settings, NOW + timedelta(hours=hour))
        tell_if_late(settings, NOW + timedelta(hours=hour))
        assert len(late) == 1 + hour
    assert [len(cause) for cause in sent] == [1, 2]


def test_the_holder_of_the_lock_is_named_and_not_disturbed(
    settings: Settings, warehouse: Warehouse, make_generation: Make
) -> None:
    published(warehouse, make_generation, timedelta(hours=2))
    holder: dict[str, str | int] = {"pid": 4711, "run_id": LATER, "company": "shop"}
    with run_lock(warehouse.root, holder):
        assert lock_holder(warehouse.root) == holder
        assert f"run {LATER} of shop, process 4711" in status(settings)[1]
    assert lock_holder(warehouse.root) is None
    (warehouse.root / "lock").write_text(json.dumps(holder))  # of a run that was killed
    assert lock_holder(warehouse.root) is None


@pytest.mark.parametrize(
    ("happened", "cause"),
    [
        ("nothing", "no night was started since the last one"),
        ("failed", f"orders is missing (run {LATER}, exit 2)"),
        ("running", f"run {LATER} has been at work since 02:00"),
        ("killed", f"it ended without saying why (run {LATER}, killed)"),
        ("refused", "the night of 2026-01-03T02:00:00+00:00 did not start: another run holds it"),
        ("refused before", "no night was started since the last one"),
        ("another refused", "no night was started since the last one"),
        ("rolled back", "rolled back by ada@host at 2026-01-03T08:00"),
    ],
)
def test_lateness_says_its_cause_first(
    settings: Settings, warehouse: Warehouse, make_generation: Make, happened: str, cause: str
) -> None:
    published(warehouse, make_generation, timedelta(hours=27))
    record = {"run_id": LATER, "outcome": "failed", "exit_code": 2, "cause": ["orders is missing"]}
    if happened == "failed":
        append_json_line(warehouse.runs, record)
    if happened == "killed":
        make_generation(LATER, started_at="02:00")
    if happened == "rolled back":
        append_json_line(warehouse.runs, {"run_id": LATER, "outcome": "published"})
        done = {"operation": "rollback", "from": LATER, "to": RUN}
        who = {"who": "ada@host", "at": "2026-01-03T08:00"}
        append_json_line(warehouse.operations, {**done, **who})
    if "refused" in happened:
        at = "2026-01-01T02:00:00+00:00" if "before" in happened else "2026-01-03T02:00:00+00:00"
        company = "other" if "another" in happened else "shop"
        note = {"operation": "refused", "at": at, "company": company}
        append_json_line(warehouse.operations, {**note, "why": "another run holds it"})
    holder: dict[str, str | int] = {"run_id": LATER, "started_at": "02:00"}
    if happened == "running":
        with run_lock(warehouse.root, holder):
            told = why_late(settings, NOW)
    else:
        told = why_late(settings, NOW)
    assert told == [cause, "the published warehouse is 27 h old; the limit is 26 h"]
    assert status(settings)[0] == 1
    assert why_late(settings, NOW - timedelta(hours=2)) == []


def test_an_old_extract_is_late_only_if_it_has_a_limit(
    settings: Settings, warehouse: Warehouse, make_generation: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(warehouse, make_generation, timedelta(hours=2))
    old = (NOW - timedelta(hours=37)).timestamp()
    for name in ("orders", "products"):
        os.utime(settings.absolute(settings.extracts) / f"{name}.csv", (old, old))
    (late,) = late_extracts(settings, NOW)
    assert (late.table, late.limit_hours) == ("orders", 36)
    assert "orders was delivered 37 h ago; the limit is 36 h" in status(settings)[1]
    monkeypatch.delenv("ALERT_WEBHOOK", raising=False)
    assert tell_if_late(settings, NOW) == (
        ["orders was delivered 37 h ago; the limit is 36 h"],
        "",
    )


REQUIRED = SOURCES.replace("config: {meta: {", "config: {meta: {required: true, ")


@pytest.mark.parametrize(
    ("gone", "line"),
    [
        ("orders.csv", "orders was never delivered: no file in extracts"),
        ("", "nothing was ever delivered: there is no folder extracts"),
    ],
)
def test_what_was_never_delivered_is_late_and_told_once(
    settings: Settings,
    warehouse: Warehouse,
    make_generation: Make,
    monkeypatch: pytest.MonkeyPatch,
    gone: str,
    line: str,
) -> None:
    published(warehouse, make_generation, timedelta(hours=2))
    sources = settings.project_root / "models" / "staging" / "extracts" / "_extracts__sources.yml"
    extracts = settings.absolute(settings.extracts)
    sources.write_text(REQUIRED)
    assert late_extracts(settings, NOW) == []
    for path in [extracts / gone] if gone else extracts.iterdir():
        path.unlink()
    if not gone:
        extracts.rmdir()
    code, text = status(settings)
    assert code == 1 and f"  extracts    {line}" in text
    sent: list[str] = []

    def send(message: dict[str, Any]) -> str:
        sent.append(message["text"])
        return ""

    monkeypatch.setenv("ALERT_WEBHOOK", "https://example.org/hook")
    monkeypatch.setattr(alerts, "send", send)
    for _ in range(2):
        assert tell_if_late(settings, NOW) == ([line], "")
    assert sent == [f"{line} - an extract of shop is late"]


def test_a_table_that_need_not_come_is_not_late(settings: Settings) -> None:
    (settings.absolute(settings.extracts) / "orders.csv").unlink()
    assert late_extracts(settings, NOW) == [], "it has a limit, and is not required"


@pytest.mark.parametrize(
    ("error", "code", "cause"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "/srv/extracts"), 5, "[Errno 13]"),
        (ZeroDivisionError("division by zero"), 5, "division by zero"),
        (BadInputError("COMPANY: expected letters"), 2, "COMPANY: expected letters"),
    ],
)
def test_a_look_that_fails_is_told_and_is_no_lateness(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    code: int,
    cause: str,
) -> None:
    def fail(*arguments: object) -> None:
        raise error

    sent: list[dict[str, Any]] = []

    def send(message: dict[str, Any]) -> str:
        sent.append(message)
        return ""

    monkeypatch.setenv("ALERT_WEBHOOK", "https://example.org/hook")
    monkeypatch.setattr(alerts, "send", send)
    monkeypatch.setattr(lateness, "tell_if_late", fail)
    monkeypatch.setattr(Settings, "from_environment", lambda: settings)
    assert [lateness.main(), lateness.main()] == [code, code]
    (message,) = sent
    assert (message["kind"], message["job"]) == ("failed_job", "lateness")
    assert message["exit_code"] == code
    assert message["text"].startswith(cause) and "lateness of shop failed" in message["text"]
    output = capsys.readouterr()
    assert output.out == "" and str(error) in output.err


def test_settings_that_cannot_be_read_are_told_by_lateness(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sent: list[str] = []

    def send(message: dict[str, Any]) -> str:
        sent.append(message["text"])
        return "the alert could not be sent: refused"

    monkeypatch.setattr(alerts, "send", send)
    monkeypatch.setenv("COMPANY", "No Company")
    assert lateness.main() == 2
    assert len(sent) == 1 and "lateness of No Company failed (exit 2)" in sent[0]
    assert "the alert could not be sent: refused" in capsys.readouterr().err


def test_lateness_keeps_its_exit_code(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ALERT_WEBHOOK", raising=False)
    monkeypatch.setattr(Settings, "from_environment", lambda: settings)
    assert lateness.main() == 1, "nothing is published yet"
    assert "nothing is published yet" in capsys.readouterr().out


def test_a_night_needs_room(
    settings: Settings,
    warehouse: Warehouse,
    make_generation: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    extracts = settings.absolute(settings.extracts)
    assert disk_need(warehouse, extracts).needed == disk.FLOOR
    published(warehouse, make_generation, timedelta(hours=2))
    database = warehouse.current / DATABASE
    database.chmod(0o644)
    os.truncate(database, 400 * 1024 * 1024)
    need = check_disk(warehouse, extracts)
    assert 600 * 1024**2 <= need.needed < 601 * 1024**2

    def usage(folder: Path) -> tuple[int, int, int]:
        return shutil._ntuple_diskusage(10**12, 0, 599 * 1024**2)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    with pytest.raises(NightError, match=r"600\.\d MiB .* 599\.0 MiB are free") as refusal:
        check_disk(warehouse, extracts)
    assert refusal.value.exit_code is ExitCode.MACHINE
    assert status(settings)[0] == 1


def test_a_night_that_is_refused_leaves_a_note(settings: Settings, warehouse: Warehouse) -> None:
    """Its lock may be that of dbt's target folder, of which the warehouse knows nothing."""
    target = settings.absolute(settings.dbt_target)
    with (
        run_lock(target, {"pid": 4711, "run_id": LATER, "company": "other"}),
        pytest.raises(LockedError, match="company other"),
        opened_night(settings, Reporter(io.StringIO())),
    ):
        pass
    cause, _ = why_late(settings, datetime.now(UTC))
    assert "did not start: another run holds" in cause and f"run {LATER}, pid 4711" in cause
