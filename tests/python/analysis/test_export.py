"""Files of the marts: what is in them, what a spreadsheet makes of them, where they may go."""

import hashlib
import json
import os
from pathlib import Path

import duckdb
import pytest

from orchestration.analysis.export import FORMULA_STARTS, Order, export, read_order
from orchestration.ops.exits import BadInputError
from orchestration.publishing.generations import DATABASE


def order(folder: Path, file_format: str = "parquet") -> Order:
    return Order(folder, file_format, ("marts", "governance"))


def test_every_table_and_view_of_the_schemas_is_written(generation: Path, tmp_path: Path) -> None:
    manifest = export(generation, order(tmp_path / "out"))
    assert list(manifest["tables"]) == ["governance.empty", "marts.results", "marts.wide"]
    assert manifest == json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["company"], manifest["run_id"]) == ("tiny", "20240101-000000-aaaa")
    table = manifest["tables"]["marts.results"]
    assert (table["rows"], table["sums"]) == (3, {"amount": "0.75"})
    assert table["columns"]["amount"] == {"type": "DECIMAL(18,2)", "description": "Additive."}
    path = tmp_path / "out" / table["file"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == table["sha256"]
    rows = duckdb.sql(f"select note, amount from read_parquet('{path}') order by id").fetchall()
    assert [note for note, _ in rows] == ["=1+1", "plain", None]


def test_the_same_generation_gives_the_same_files(generation: Path, tmp_path: Path) -> None:
    first, second = (export(generation, order(tmp_path / name)) for name in ("one", "two"))
    assert first == second


def test_text_that_starts_a_formula_is_escaped_and_numbers_are_not(
    generation: Path, tmp_path: Path
) -> None:
    table = export(generation, order(tmp_path / "out", "csv"))["tables"]["marts.results"]
    text = (tmp_path / "out" / table["file"]).read_text()
    assert text.splitlines() == ['id,"note",amount', "1,\"'=1+1\",-1.50", '2,"plain",2.25', "3,,"]


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_every_start_of_a_formula_is_escaped(
    generation: Path, tmp_path: Path, start: str
) -> None:
    database = generation / DATABASE
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into marts.results values (4, ?, 1)", [f"{start}cmd|' /C'!A0"])
    export(generation, order(tmp_path / "out", "csv"))
    path = tmp_path / "out" / "marts.results.csv"
    rows = duckdb.sql(f"select note from read_csv('{path}', header = true) where id = 4")
    assert rows.fetchall() == [(f"'{start}cmd|' /C'!A0",)]


def test_no_separator_of_another_country_stands_outside_quotes(
    generation: Path, tmp_path: Path
) -> None:
    """Where the list separator is a semicolon, a spreadsheet splits at each that is not quoted."""
    database = generation / DATABASE
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into marts.results values (4, 'ok;=1+1', 1)")
        connection.execute("insert into marts.results values (5, 'a\";=1+1;\"b', 1)")
    export(generation, order(tmp_path / "out", "csv"))
    path = tmp_path / "out" / "marts.results.csv"
    assert path.read_text().splitlines()[-2:] == ['4,"ok;=1+1",1.00', '5,"a"";=1+1;""b",1.00']
    rows = duckdb.sql(f"select note from read_csv('{path}', header = true) where id >= 4")
    assert rows.fetchall() == [("ok;=1+1",), ('a";=1+1;"b',)]


def test_an_earlier_export_is_replaced_and_nothing_else_is(
    generation: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    export(generation, order(folder, "csv"))
    export(generation, order(folder))
    assert not list(folder.glob("*.csv"))
    (folder / "mine.txt").write_text("kept")
    with pytest.raises(BadInputError, match=r"mine\.txt"):
        export(generation, order(folder))
    assert (folder / "mine.txt").exists()
    (tmp_path / "file").write_text("kept")
    with pytest.raises(BadInputError, match="is a file"):
        export(generation, order(tmp_path / "file"))


def test_a_failed_export_leaves_the_earlier_one(generation: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export(generation, order(folder))
    with pytest.raises(BadInputError, match="no table"):
        export(generation, Order(folder, "parquet", ("none",)))
    assert (folder / "marts.results.parquet").exists()
    assert not list(tmp_path.glob(".*new"))


def test_an_export_that_cannot_take_its_place_leaves_the_earlier_one(
    generation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    export(generation, order(folder))
    rename = os.replace

    def fails(source: Path, target: Path) -> None:
        if Path(source).suffix == ".new":
            raise OSError("no room")
        rename(source, target)

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(OSError, match="no room"):
        export(generation, order(folder, "csv"))
    assert (folder / "marts.results.parquet").exists()
    assert sorted(entry.name for entry in tmp_path.glob(".out*")) == []
    monkeypatch.undo()
    # Killed between the two renames: the earlier export waits under its other name.
    rename(folder, tmp_path / ".out.old")
    export(generation, order(folder, "csv"))
    assert (folder / "marts.results.csv").exists()
    assert sorted(entry.name for entry in tmp_path.glob(".out*")) == []


def test_orders_are_checked(tmp_path: Path) -> None:
    assert read_order({}, tmp_path).folder == tmp_path / "target" / "export"
    with pytest.raises(BadInputError, match="FORMAT"):
        read_order({"FORMAT": "xlsx"}, tmp_path)
    for schemas in ("seeds", "marts,staging", "intermediate"):
        with pytest.raises(BadInputError, match="SCHEMAS"):
            read_order({"SCHEMAS": schemas}, tmp_path)
