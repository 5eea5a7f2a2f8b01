"""The same company whenever and in whatever blocks it is generated; another one otherwise."""

import json
from hashlib import file_digest
from pathlib import Path

import duckdb
import pytest

from demo.__main__ import main
from tests.python.demo.conftest import TABLES, generate, relation

SMALL = 0.002


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("small"), SMALL)


def digests(extracts: Path) -> dict[str, str]:
    found = {}
    for path in sorted(extracts.parent.rglob("*")):
        if path.is_file():
            with path.open("rb") as stream:
                digest = file_digest(stream, "sha256").hexdigest()
            found[path.relative_to(extracts.parent).as_posix()] = digest
    return found


def test_same_seed_same_bytes(small: Path, tmp_path: Path) -> None:
    assert digests(generate(tmp_path, SMALL)) == digests(small)


def test_other_seed_other_company(small: Path, tmp_path: Path) -> None:
    other, own = digests(generate(tmp_path, SMALL, seed=2)), digests(small)
    same = {name for name in own if own[name] == other.get(name)}
    drawn = ("customers", "orders", "order_lines", "order_costs", "invoices", "payments")
    assert not same & {
        f"extracts/{table}/part-0001.{suffix}" for table in drawn for suffix in ("csv", "parquet")
    }


def test_blocks_change_files_only(small: Path, tmp_path: Path) -> None:
    cut = generate(tmp_path, SMALL, block=700)
    assert len(digests(cut)) > len(digests(small))
    connection = duckdb.connect()
    for table in TABLES:
        one, two = (relation(folder, table) for folder in (small, cut))
        for left, right in ((one, two), (two, one)):
            left_over = connection.execute(
                f"select count(*) from (({left}) except all ({right}))"
            ).fetchone()
            assert left_over == (0,), table


def test_scale_changes_size(extracts: Path, small: Path) -> None:
    counts = [json.loads((folder / "manifest.json").read_text()) for folder in (extracts, small)]
    lines = [sum(file["rows"] for file in count["order_lines"]) for count in counts]
    assert 15_000 < lines[0] < 25_000
    assert lines[1] < lines[0] / 2


def test_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "extracts" / "precious.txt"
    precious.parent.mkdir()
    precious.write_text("mine")
    assert main(["--out", str(precious.parent), "--scale", "0.001"]) == 1
    assert precious.read_text() == "mine"
