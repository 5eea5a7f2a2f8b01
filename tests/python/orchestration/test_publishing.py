"""Generations: what is published, what is cleaned, what stays."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.ops.exits import CheckFailedError
from orchestration.publishing import files as file_operations
from orchestration.publishing.files import append_json_line, read_json_lines, swap_link
from orchestration.publishing.generations import DATABASE, Warehouse, read_run_file
from orchestration.publishing.publish import killed_run, publish, record_interrupted, seal

from .conftest import Make


def read_generation(warehouse: Warehouse) -> int | None:
    """Return what a reader sees in a process of its own; None if there is nothing yet."""
    if not warehouse.current.exists():
        return None
    program = (
        "import duckdb, sys\n"
        "with duckdb.connect(sys.argv[1], read_only=True) as c:\n"
        "    print(c.execute('select max(generation) from marts.wide').fetchone()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(warehouse.current / DATABASE)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def published(run_id: str) -> dict[str, str]:
    return {"run_id": run_id, "outcome": "published"}


def test_publishing_swaps_the_link_and_keeps_a_record(
    warehouse: Warehouse, make_generation: Make
) -> None:
    make_generation("run-1", 1)
    path = publish(warehouse, "run-1", published("run-1"))
    assert path == warehouse.current / DATABASE
    assert os.readlink(warehouse.current) == "generations/run-1"
    assert os.readlink(warehouse.work) == "generations/run-1"
    assert read_generation(warehouse) == 1
    assert read_json_lines(warehouse.runs) == [published("run-1")]
    assert read_run_file(warehouse.generation("run-1")) == published("run-1")
    make_generation("run-2", 2)
    assert read_generation(warehouse) == 1
    publish(warehouse, "run-2", published("run-2"))
    assert read_generation(warehouse) == 2


def test_a_sealed_database_has_no_views_on_files_and_no_log(
    warehouse: Warehouse, make_generation: Make
) -> None:
    database = make_generation("run-1") / DATABASE
    seal(database)
    assert not database.with_name(DATABASE + ".wal").exists()
    assert database.stat().st_mode & 0o222 == 0
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || view_name from duckdb_views() where not internal"
        ).fetchall()
    assert names == [("marts.wide",)]


def test_what_is_sealed_is_not_written_to_again(
    warehouse: Warehouse, make_generation: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that was killed between seal and swap is sealed once more when it is continued."""
    database = make_generation("run-1") / DATABASE
    seal(database)
    opened: list[str] = []
    connect = duckdb.connect

    def opening(path: str = ":memory:", **more: object) -> duckdb.DuckDBPyConnection:
        opened.append(path)
        return connect(path)

    monkeypatch.setattr(duckdb, "connect", opening)
    seal(database)
    assert opened == [":memory:"], "who owns the file may not open it to write"


def test_a_view_that_needs_its_database_name_is_refused(
    warehouse: Warehouse, make_generation: Make
) -> None:
    database = make_generation("run-1") / DATABASE
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create view marts.bound as select * from warehouse.marts.results"
        )
    with pytest.raises(CheckFailedError, match=r"marts\.bound"):
        seal(database)


def test_a_published_file_answers_under_any_alias(
    warehouse: Warehouse, make_generation: Make, tmp_path: Path
) -> None:
    make_generation("run-1", 7)
    path = publish(warehouse, "run-1", published("run-1"))
    for alias in ("prod", "some_other_name"):
        with duckdb.connect() as connection:
            connection.execute(f"attach '{path}' as {alias} (read_only)")
            assert connection.execute(f"select * from {alias}.marts.wide").fetchall() == [(7,)]
    copy = tmp_path / "renamed.duckdb"
    copy.write_bytes(path.read_bytes())
    with duckdb.connect(str(copy), read_only=True) as connection:
        assert connection.execute("select * from marts.wide").fetchall() == [(7,)]


CALLS = ("fsync", "replace", "symlink", "write", "ftruncate", "chmod", "unlink")


def test_a_kill_before_any_system_call_leaves_a_whole_generation(
    warehouse: Warehouse, make_generation: Make
) -> None:
    """Publish in a child that dies before its k-th system call, for every k there is."""
    make_generation("run-000", 0)
    publish(warehouse, "run-000", published("run-000"))
    seen = between = 0
    for number in range(1, 60):
        run_id = f"run-{number:03}"
        make_generation(run_id, number)
        status = publish_and_die(warehouse, run_id, number)
        visible = read_generation(warehouse)
        assert visible in {seen, number}, f"killed before system call {number}"
        assert read_run_file(warehouse.current)["outcome"] == "published"
        named = int(warehouse.identities.read_text())
        assert named in {seen, visible}, "names of people of a run that is not published"
        between += named != visible
        record_interrupted(warehouse, warehouse.clean_leftovers())
        assert int(warehouse.identities.read_text()) == visible, "the next start did not mend it"
        assert list(warehouse.identities.parent.iterdir()) == [warehouse.identities]
        seen = visible
        if status == 0:
            break
    else:
        pytest.fail("publishing never came to its end")
    assert number > 6, "too few system calls were seen"
    assert between, "none was killed between the swap and the names of people"
    assert seen == number
    warehouse.clean_leftovers()
    history = {line["run_id"]: line["outcome"] for line in read_json_lines(warehouse.runs)}
    assert set(history) == {f"run-{k:03}" for k in range(number + 1)}
    for run_id in warehouse.published():
        assert history[run_id] == "published"


def publish_and_die(warehouse: Warehouse, run_id: str, calls: int) -> int:
    """Publish in a forked child that ends hard before system call ``calls``."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    left = calls
    for name in CALLS:
        real = getattr(os, name)

        def counted(*arguments: object, _real: object = real, **named: object) -> object:
            nonlocal left
            left -= 1
            if left <= 0:
                os._exit(9)
            return _real(*arguments, **named)  # type: ignore[operator]

        setattr(os, name, counted)
    try:
        publish(warehouse, run_id, published(run_id))
    except BaseException:
        os._exit(1)
    os._exit(0)


def test_leftovers_go_and_are_recorded_as_killed(
    warehouse: Warehouse, make_generation: Make
) -> None:
    make_generation("run-1", 1)
    publish(warehouse, "run-1", published("run-1"))
    make_generation("run-2", 2, company="demo")
    (warehouse.generations / ".run-0.removing").mkdir()
    leftovers = warehouse.clean_leftovers()
    record_interrupted(warehouse, leftovers)
    assert [(leftover.run_id, leftover.removed) for leftover in leftovers] == [("run-2", True)]
    assert [path.name for path in warehouse.generations.iterdir()] == ["run-1"]
    killed = read_json_lines(warehouse.runs)[-1]
    assert (killed["run_id"], killed["outcome"], killed["company"]) == ("run-2", "killed", "demo")
    record_interrupted(warehouse, leftovers)
    assert len(read_json_lines(warehouse.runs)) == 2


def test_each_attempt_that_was_killed_is_recorded_once(
    warehouse: Warehouse, make_generation: Make
) -> None:
    make_generation("run-1", 1)
    publish(warehouse, "run-1", published("run-1"))
    make_generation("run-2", 2, started_at="02:00")
    assert (killed_run(warehouse) or {})["run_id"] == "run-2"
    for _ in range(2):
        record_interrupted(warehouse, warehouse.clean_leftovers("run-2"), "run-2")
    assert killed_run(warehouse) is None
    warehouse.work_on("run-2", {"run_id": "run-2", "outcome": "running", "started_at": "03:00"})
    record_interrupted(warehouse, warehouse.clean_leftovers("run-2"), "run-2")
    publish(warehouse, "run-2", {**published("run-2"), "started_at": "04:00"})
    lines = [line for line in read_json_lines(warehouse.runs) if line["run_id"] == "run-2"]
    assert [line["outcome"] for line in lines] == ["killed", "killed", "published"]
    assert killed_run(warehouse) is None


def test_a_dry_run_that_was_killed_leaves_no_names(
    warehouse: Warehouse, make_generation: Make
) -> None:
    names = warehouse.scratch("run-0") / "identities" / "names"
    names.mkdir(parents=True)
    make_generation("run-1", 1)
    warehouse.clean_leftovers("run-1")
    assert not warehouse.scratch("run-0").exists()


def test_names_of_people_change_with_the_swap_only(
    warehouse: Warehouse, make_generation: Make
) -> None:
    make_generation("run-1", 1)
    assert not warehouse.identities.exists()
    publish(warehouse, "run-1", published("run-1"))
    stale = warehouse.identities.with_name("identities.duckdb.wal")
    stale.write_text("of the file before")
    folder = make_generation("run-2", 2)
    assert warehouse.identities.read_text() == "1"
    assert not list(folder.rglob("*identities*")), "readers of a generation see names"
    publish(warehouse, "run-2", published("run-2"))
    assert warehouse.identities.read_text() == "2"
    assert list(warehouse.identities.parent.iterdir()) == [warehouse.identities]


def test_names_of_people_of_a_failed_run_are_leftovers(
    warehouse: Warehouse, make_generation: Make
) -> None:
    make_generation("run-1", 1)
    publish(warehouse, "run-1", published("run-1"))
    make_generation("run-2", 2)
    pending = warehouse.pending_identities("run-2")
    others = [pending.with_name(f"{pending.name}.wal"), pending.with_name(f".{pending.name}.new")]
    for other in others:
        other.write_text("2")
    warehouse.clean_leftovers()
    assert list(warehouse.identities.parent.iterdir()) == [warehouse.identities]
    assert warehouse.identities.read_text() == "1"


def test_a_sealed_generation_that_was_never_swapped_in_is_a_leftover(
    warehouse: Warehouse, make_generation: Make
) -> None:
    make_generation("run-1", 1)
    publish(warehouse, "run-1", published("run-1"))
    folder = make_generation("run-2", 2)
    (folder / "run.json").write_text(json.dumps(published("run-2")))
    assert [leftover.run_id for leftover in warehouse.clean_leftovers()] == ["run-2"]
    assert warehouse.published() == ["run-1"]


def test_without_a_history_sealed_generations_stay(
    warehouse: Warehouse, make_generation: Make
) -> None:
    for number in (1, 2):
        make_generation(f"run-{number}", number)
        publish(warehouse, f"run-{number}", published(f"run-{number}"))
    warehouse.runs.unlink()
    assert warehouse.clean_leftovers() == []
    assert warehouse.published() == ["run-1", "run-2"]


def test_a_generation_that_a_process_has_open_stays_and_is_named(
    warehouse: Warehouse, make_generation: Make
) -> None:
    folder = make_generation("run-1", 1)
    program = (
        "import duckdb, sys\n"
        f"connection = duckdb.connect({str(folder / DATABASE)!r})\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()"
    )
    orphan = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert orphan.stdout is not None and orphan.stdout.readline()
        (leftover,) = warehouse.clean_leftovers()
        assert (leftover.holder, leftover.removed) == (orphan.pid, False)
        assert folder.exists()
        assert orphan.poll() is None, "an orphan is named, not killed"
    finally:
        orphan.communicate()
    (leftover,) = warehouse.clean_leftovers()
    assert leftover.removed and not folder.exists()


def test_the_last_generations_are_kept_and_the_current_one_always(
    warehouse: Warehouse, make_generation: Make
) -> None:
    for number in range(1, 6):
        make_generation(f"run-{number}", number)
        publish(warehouse, f"run-{number}", published(f"run-{number}"))
    assert warehouse.prune(3) == ["run-1", "run-2"]
    swap_link(warehouse.current, "generations/run-3")
    assert warehouse.prune(1) == ["run-4"]
    assert warehouse.published() == ["run-3", "run-5"]
    assert read_generation(warehouse) == 3


def test_a_torn_line_in_the_history_costs_that_line_only(tmp_path: Path) -> None:
    path = tmp_path / "audit" / "runs.jsonl"
    append_json_line(path, {"run_id": "a"})
    with path.open("a") as stream:
        stream.write('{"run_id": "to')
    append_json_line(path, {"run_id": "b"})
    assert [line["run_id"] for line in read_json_lines(path)] == ["a", "b"]


def test_the_swap_is_one_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader never finds the link missing: nothing is unlinked but the waiting one."""
    swap_link(tmp_path / "current", "generations/a")
    removed: list[str] = []
    real = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        removed.append(path.name)
        real(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    file_operations.swap_link(tmp_path / "current", "generations/b")
    assert "current" not in removed
    assert os.readlink(tmp_path / "current") == "generations/b"
