"""Rollback, backup and restore on small generations: what changes, what is refused, who did it."""

import errno
import getpass
import io
import json
import os
import shutil
import socket
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.ops.exits import BadInputError, CheckFailedError, LockedError
from orchestration.ops.lateness import last_run
from orchestration.ops.operations import operate, who
from orchestration.ops.progress import Reporter
from orchestration.ops.settings import Settings
from orchestration.publishing import backup
from orchestration.publishing.backup import MANIFEST, back_up, read_manifest, restore
from orchestration.publishing.files import append_json_line, read_json_lines
from orchestration.publishing.generations import DATABASE, RUN_FILE, Warehouse
from orchestration.publishing.lock import run_lock
from orchestration.publishing.publish import publish
from orchestration.publishing.rollback import roll_back, withdrawn

from .conftest import Make

RUNS = ("20260101-020000-aaaa", "20260102-020000-bbbb", "20260103-020000-cccc")


@pytest.fixture
def three(warehouse: Warehouse, make_generation: Make) -> Warehouse:
    """Publish three generations, the second night with a landed file that is a link."""
    for number, run_id in enumerate(RUNS, start=1):
        folder = make_generation(run_id, number)
        publish(warehouse, run_id, {"run_id": run_id, "outcome": "published", "company": "demo"})
        extract = warehouse.root.parent / "extract.parquet"
        extract.write_bytes(b"delivered")
        (folder / "landing" / "in_place.parquet").symlink_to(extract)
    warehouse.identities.parent.mkdir(exist_ok=True)
    warehouse.identities.write_bytes(b"names of people")
    warehouse.identities.chmod(0o600)
    evidence = warehouse.evidence(RUNS[2])
    evidence.mkdir(parents=True)
    (evidence / "landing.json").write_text("{}")
    return warehouse


def settings_of(warehouse: Warehouse) -> Settings:
    environment = {"WAREHOUSE": str(warehouse.root)}
    return Settings.from_environment(environment, project_root=warehouse.root.parent)


def generation(warehouse: Warehouse) -> int:
    with duckdb.connect(str(warehouse.current.resolve() / DATABASE), read_only=True) as connection:
        row = connection.execute("select generation from marts.wide").fetchone()
    assert row is not None
    return int(row[0])


def test_rollback_goes_back_one_night_or_to_one_that_is_named(three: Warehouse) -> None:
    assert roll_back(three) == (RUNS[2], RUNS[1])
    assert generation(three) == 2
    assert roll_back(three) == (RUNS[1], RUNS[0])
    assert roll_back(three, RUNS[2]) == (RUNS[0], RUNS[2])
    assert generation(three) == 3


@pytest.mark.parametrize(
    ("wanted", "said"),
    [(RUNS[2], "published already"), ("20250101-000000-0000", "is not kept; kept are 20260101")],
)
def test_rollback_refuses_what_is_not_there(three: Warehouse, wanted: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        roll_back(three, wanted)
    assert generation(three) == 3


def test_rollback_refuses_a_failed_run_and_the_oldest(three: Warehouse) -> None:
    three.begin("20260104-020000-dddd", {"outcome": "failed"})
    with pytest.raises(BadInputError, match="is not kept"):
        roll_back(three, "20260104-020000-dddd")
    roll_back(three, RUNS[0])
    with pytest.raises(BadInputError, match="no generation older"):
        roll_back(three)


def test_rollback_refuses_a_damaged_generation(three: Warehouse) -> None:
    database = three.generation(RUNS[1]) / DATABASE
    database.chmod(0o644)
    database.write_bytes(b"torn")
    with pytest.raises(CheckFailedError, match="can't be read"):
        roll_back(three)
    assert generation(three) == 3


def test_an_operation_is_noted_with_who_and_why(
    three: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHY", "rates of December are wrong")
    monkeypatch.setenv("TO", "")
    assert operate("rollback", settings_of(three), Reporter()) == 0
    (line,) = read_json_lines(three.operations)
    assert (line["from"], line["to"], line["who"]) == (RUNS[2], RUNS[1], who())
    assert line["why"] == "rates of December are wrong"
    monkeypatch.setenv("TO", "../../etc")
    with pytest.raises(BadInputError, match="expected the id of a run"):
        operate("rollback", settings_of(three), Reporter())


@pytest.mark.parametrize("what", ["rollback", "backup", "restore"])
def test_nothing_is_done_beside_a_run(three: Warehouse, what: str) -> None:
    holder: dict[str, str | int] = {"pid": 4711, "run_id": "20260104-020000-dddd"}
    with run_lock(three.root, holder), pytest.raises(LockedError, match="4711"):
        operate(what, settings_of(three), Reporter())
    assert generation(three) == 3 and not three.operations.exists()


def test_what_was_withdrawn_is_published_again_by_name_only(
    three: Warehouse, make_generation: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = "20260104-020000-dddd"
    for name in ("TO", "WHY"):
        monkeypatch.delenv(name, raising=False)
    assert operate("rollback", settings_of(three), Reporter()) == 0
    make_generation(later, 4)
    publish(three, later, {"run_id": later, "outcome": "published", "company": "demo"})
    assert withdrawn(three) == {RUNS[2]}
    assert operate("rollback", settings_of(three), Reporter()) == 0
    assert generation(three) == 2, "the withdrawn one is passed over"
    monkeypatch.setenv("TO", RUNS[2])
    assert operate("rollback", settings_of(three), Reporter()) == 0
    assert generation(three) == 3 and withdrawn(three) == {later}


def test_nothing_is_done_that_cannot_be_noted(
    three: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.delenv("TO", raising=False)
    monkeypatch.setattr(getpass, "getuser", nobody)
    assert operate("rollback", settings_of(three), Reporter()) == 0
    assert read_json_lines(three.operations)[0]["who"].startswith(f"uid {os.getuid()}@")

    def broken() -> str:
        raise RuntimeError

    monkeypatch.setattr(socket, "gethostname", broken)
    with pytest.raises(RuntimeError):
        operate("rollback", settings_of(three), Reporter())
    assert generation(three) == 2, "done and not noted"


def test_an_extract_that_is_gone_is_left_out_of_a_backup(
    three: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "extract.parquet").unlink()
    monkeypatch.setenv("TO", str(tmp_path / "backups"))
    stream = io.StringIO()
    assert operate("backup", settings_of(three), Reporter(stream)) == 0
    assert "Left out is landing/in_place.parquet" in stream.getvalue()
    folder = tmp_path / "backups" / f"demo-{RUNS[2]}"
    assert read_manifest(folder)["left_out"] == ["landing/in_place.parquet"]
    assert restore(Warehouse(tmp_path / "other"), folder) == RUNS[2]


def test_a_backup_that_fails_leaves_no_names(
    three: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(backup, "sync_file", full)
    with pytest.raises(OSError, match="full"):
        back_up(three, tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_backup_of_another_company_is_not_restored(three: Warehouse, tmp_path: Path) -> None:
    folder = back_up(three, tmp_path / "backups")
    record = three.current / RUN_FILE
    record.write_text(record.read_text().replace('"demo"', '"shop"'))
    with pytest.raises(BadInputError, match=r"one of demo, and .* is the warehouse of shop"):
        restore(three, folder)


def test_no_company_is_rolled_back_over_another(
    three: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TO", raising=False)
    shop = replace(settings_of(three), company="shop")
    with pytest.raises(BadInputError, match=r"one of shop, and .* is the warehouse of demo"):
        operate("rollback", shop, Reporter())
    record = three.generation(RUNS[1]) / RUN_FILE
    record.write_text(record.read_text().replace('"demo"', '"shop"'))
    with pytest.raises(BadInputError, match=rf"run {RUNS[1]} is one of shop"):
        operate("rollback", settings_of(three), Reporter())
    assert generation(three) == 3 and not three.operations.exists()


def test_lines_of_a_backup_go_where_they_belong_in_time(three: Warehouse, tmp_path: Path) -> None:
    folder = back_up(three, tmp_path / "backups")
    three.runs.unlink()
    append_json_line(three.runs, {"run_id": "20260105-020000-eeee", "outcome": "failed"})
    restore(three, folder)
    last = last_run(three)
    assert last is not None and last["run_id"] == "20260105-020000-eeee"


def test_a_backup_restores_into_an_empty_place(three: Warehouse, tmp_path: Path) -> None:
    folder = back_up(three, tmp_path / "backups")
    assert folder.name == f"demo-{RUNS[2]}"
    names = folder / "identities" / "identities.duckdb"
    assert (names.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    (tmp_path / "extract.parquet").unlink()  # what the landed link pointed at
    other = Warehouse(tmp_path / "other")
    other.root.mkdir()
    assert restore(other, folder) == RUNS[2]
    assert generation(other) == 3
    assert other.identities.read_bytes() == b"names of people"
    assert other.identities.stat().st_mode & 0o777 == 0o600
    assert other.identities.parent.stat().st_mode & 0o777 == 0o700
    landed = other.generation(RUNS[2]) / "landing" / "in_place.parquet"
    assert landed.read_bytes() == b"delivered"
    assert [line["run_id"] for line in read_json_lines(other.runs)] == list(RUNS)
    assert (other.evidence(RUNS[2]) / "landing.json").exists()
    assert other.published() == [RUNS[2]]


def test_a_restore_keeps_the_audit_trail_and_adds_to_it(three: Warehouse, tmp_path: Path) -> None:
    folder = back_up(three, tmp_path / "backups")
    append_json_line(three.runs, {"run_id": "later", "outcome": "failed"})
    shutil.rmtree(three.generation(RUNS[2]))
    assert restore(three, folder) == RUNS[2]
    assert [line["run_id"] for line in read_json_lines(three.runs)] == [*RUNS, "later"]
    assert restore(three, folder) == RUNS[2], "a second time changes nothing"
    assert len(read_json_lines(three.runs)) == 4


@pytest.mark.parametrize(
    "how",
    [
        "changed",
        "missing",
        "no list",
        "a list that leads away",
        "a run that leads away",
        "a file too many",
        "a log too many",
        "a link in place of a file",
        "a link to a folder",
    ],
)
def test_a_backup_that_is_not_whole_is_refused(three: Warehouse, tmp_path: Path, how: str) -> None:
    folder = back_up(three, tmp_path / "backups")
    database = folder / "generation" / DATABASE
    if how == "changed":
        database.chmod(0o644)
        database.write_bytes(database.read_bytes() + b"x")
    elif how == "missing":
        (folder / "audit" / "runs.jsonl").unlink()
    elif how == "no list":
        (folder / MANIFEST).unlink()
    elif how == "a run that leads away":
        content = json.loads((folder / MANIFEST).read_text())
        (folder / MANIFEST).write_text(json.dumps({**content, "run_id": ".."}))
    elif how == "a file too many":
        (folder / "generation" / "landing" / "part-0002.parquet").write_bytes(b"planted")
    elif how == "a log too many":
        (folder / "audit" / "logs").mkdir(exist_ok=True)
        (folder / "audit" / "logs" / "20260104-020000-dddd.log").write_text("planted")
    elif how == "a link in place of a file":
        landed = folder / "generation" / "landing" / "in_place.parquet"
        landed.unlink()
        landed.symlink_to(tmp_path / "extract.parquet")  # with the very same content
    elif how == "a link to a folder":
        (folder / "generation" / "more").symlink_to(tmp_path / "backups")
    else:
        content = json.loads((folder / MANIFEST).read_text())
        content["files"]["../extract.parquet"] = "0"
        (folder / MANIFEST).write_text(json.dumps(content))
    other = Warehouse(tmp_path / "other")
    other.root.mkdir()
    with pytest.raises((BadInputError, CheckFailedError)):
        restore(other, folder)
    assert list(other.root.iterdir()) == []


@pytest.mark.parametrize("name", [DATABASE, RUN_FILE, "landing/customers.parquet"])
def test_a_run_that_is_there_and_differs_is_not_restored(
    three: Warehouse, tmp_path: Path, name: str
) -> None:
    folder = back_up(three, tmp_path / "backups")
    roll_back(three)
    path = three.generation(RUNS[2]) / name
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(CheckFailedError, match=rf"is there already, and .*{name}"):
        restore(three, folder)
    assert generation(three) == 2


def test_a_backup_is_never_written_over_or_into_the_warehouse(
    three: Warehouse, tmp_path: Path
) -> None:
    back_up(three, tmp_path / "backups")
    with pytest.raises(BadInputError, match="is there already"):
        back_up(three, tmp_path / "backups")
    with pytest.raises(BadInputError, match="lies in the warehouse"):
        back_up(three, three.root / "backups")
