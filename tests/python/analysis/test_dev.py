"""The copy to work in is a copy, and taking it disturbs nobody."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.analysis.dev import copy_current, refresh
from orchestration.ops.exits import BadInputError, LockedError
from orchestration.ops.progress import Reporter
from orchestration.ops.settings import Settings
from orchestration.publishing.generations import DATABASE, Warehouse
from tests.python.sandbox import PROJECT_ROOT, SMALLEST

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); input()"


def test_the_copy_can_be_written_and_the_published_file_stays(
    warehouse: Warehouse, generation: Path, tmp_path: Path
) -> None:
    before = (generation / DATABASE).read_bytes()
    target = tmp_path / "target" / "dev.duckdb"
    record = copy_current(warehouse, target)
    assert record["company"] == "tiny"
    with duckdb.connect(str(target)) as connection:
        connection.execute("drop table marts.results cascade")
    assert (generation / DATABASE).read_bytes() == before


def test_an_old_log_is_not_replayed_into_the_copy(
    warehouse: Warehouse, generation: Path, tmp_path: Path
) -> None:
    target = tmp_path / "dev.duckdb"
    target.write_bytes(b"old")
    target.with_name("dev.duckdb.wal").write_bytes(b"old")
    copy_current(warehouse, target)
    assert not target.with_name("dev.duckdb.wal").exists()
    with duckdb.connect(str(target), read_only=True) as connection:
        assert connection.sql("select count(*) from marts.wide").fetchall() == [(3,)]


def test_a_copy_that_somebody_works_in_is_left_alone(
    warehouse: Warehouse, generation: Path, tmp_path: Path
) -> None:
    target = tmp_path / "dev.duckdb"
    copy_current(warehouse, target)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "open\n"
        with pytest.raises(LockedError, match=str(holder.pid)):
            copy_current(warehouse, target)
    finally:
        holder.communicate("\n")
    copy_current(warehouse, target)


def test_without_a_published_generation_there_is_nothing_to_copy(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    with pytest.raises(BadInputError, match="nothing is published"):
        copy_current(warehouse, tmp_path / "dev.duckdb")
    assert not (tmp_path / "dev.duckdb").exists()


def test_the_assumptions_are_those_of_the_company_that_is_copied(
    generation: Path, tmp_path: Path
) -> None:
    """Whoever asks for a warehouse without its company still gets what dbt then loads."""
    shutil.copytree(SMALLEST / "seeds", tmp_path / "seeds" / "tiny")
    shutil.copytree(PROJECT_ROOT / "seeds" / "reference", tmp_path / "seeds" / "reference")
    settings = Settings.from_environment({}, project_root=tmp_path)
    assert settings.company == "demo"
    stream = io.StringIO()
    refresh(settings, Reporter(stream))
    folders = tmp_path / "target" / "assumptions"
    assert [path.name for path in folders.iterdir()] == ["tiny"]
    assert (folders / "tiny" / "company_settings.csv").exists()
    assert "Composed seeds/tiny into target/assumptions/tiny" in stream.getvalue()
    assert "COMPANY=tiny .venv/bin/dbt build" in stream.getvalue()
