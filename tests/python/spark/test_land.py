"""Landing for Spark replaces a landing by a good one only, and keeps names out of it."""

from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.ops.exits import BadInputError, LockedError
from orchestration.ops.settings import Settings
from orchestration.publishing.files import append_json_line
from orchestration.publishing.lock import run_lock
from orchestration.spark.land import MARKER, land_for_spark, main
from tests.python.sandbox import Sandbox


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """Return a copy of the project with the smallest company, which was never built."""
    return Sandbox(tmp_path / "project")


def settings_of(sandbox: Sandbox) -> Settings:
    return Settings.from_environment(sandbox.environment, sandbox.root)


def orders_in(folder: Path) -> int:
    row = duckdb.sql(f"select count(*) from '{folder}/extracts/orders/*.parquet'").fetchone()
    assert row is not None
    return int(row[0])


def test_every_table_lands_without_a_name(sandbox: Sandbox, tmp_path: Path) -> None:
    count, findings = land_for_spark(settings_of(sandbox), tmp_path / "landing")
    assert count == len([path for path in (tmp_path / "landing" / "extracts").iterdir()]) - 1
    assert findings == []
    assert orders_in(tmp_path / "landing") > 0
    customers = tmp_path / "landing" / "extracts" / "customers" / "*.parquet"
    assert "customer_name" not in duckdb.sql(f"select * from '{customers}'").columns
    assert sandbox.warehouse.spark_identities.stat().st_mode & 0o777 == 0o600
    assert not sandbox.warehouse.current.exists()


def published_names(sandbox: Sandbox, company: str) -> bytes:
    """Publish a run of a company with names of its own; return its file of names."""
    warehouse = sandbox.warehouse
    run_id = "20260101-020000-aaaa"
    warehouse.begin(run_id, {"run_id": run_id, "company": company, "outcome": "published"})
    warehouse.current.symlink_to(f"generations/{run_id}")
    warehouse.identities.parent.mkdir()
    warehouse.identities.write_bytes(b"names of the published run")
    return warehouse.identities.read_bytes()


def test_names_of_the_published_run_stay_as_they_are(sandbox: Sandbox, tmp_path: Path) -> None:
    warehouse = sandbox.warehouse
    before = published_names(sandbox, sandbox.company)
    land_for_spark(settings_of(sandbox), tmp_path / "landing")
    assert warehouse.identities.read_bytes() == before
    with duckdb.connect(str(warehouse.spark_identities), read_only=True) as connection:
        row = connection.execute("select count(customer_name) from customers").fetchone()
    assert row is not None and row[0] == 12
    warehouse.clean_leftovers()  # what the next night does first
    assert warehouse.spark_identities.exists()
    assert warehouse.identities.read_bytes() == before


def test_another_company_does_not_land_beside_the_published_one(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    before = published_names(sandbox, "demo")
    with pytest.raises(BadInputError, match=r"one of smallest, and .* is the warehouse of demo"):
        land_for_spark(settings_of(sandbox), tmp_path / "landing")
    assert not (tmp_path / "landing").exists()
    assert not sandbox.warehouse.spark_identities.exists()
    assert sandbox.warehouse.identities.read_bytes() == before


def test_a_faulty_delivery_leaves_the_landing_as_it_was(sandbox: Sandbox, tmp_path: Path) -> None:
    land_for_spark(settings_of(sandbox), tmp_path / "landing")
    before = orders_in(tmp_path / "landing")
    (sandbox.extracts / "orders.csv").write_text("order_id\nO1\n", "utf-8")
    with pytest.raises(BadInputError, match="orders"):
        land_for_spark(settings_of(sandbox), tmp_path / "landing")
    assert orders_in(tmp_path / "landing") == before


def test_a_new_delivery_replaces_the_landing(sandbox: Sandbox, tmp_path: Path) -> None:
    land_for_spark(settings_of(sandbox), tmp_path / "landing")
    before = orders_in(tmp_path / "landing")
    orders = (sandbox.extracts / "orders.csv").read_text("utf-8").splitlines(keepends=True)
    more = orders[-1].replace(orders[-1].partition(",")[0], "O-MORE", 1)
    (sandbox.extracts / "orders.csv").write_text("".join([*orders, more]), "utf-8")
    land_for_spark(settings_of(sandbox), tmp_path / "landing")
    assert orders_in(tmp_path / "landing") == before + 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["landing", "project"]


def test_every_source_of_the_models_is_landed(sandbox: Sandbox, tmp_path: Path) -> None:
    run = {"run_id": "20260101-020000-aaaa", "outcome": "published", "seconds": 60.5}
    append_json_line(sandbox.warehouse.runs, run)
    land_for_spark(settings_of(sandbox), tmp_path / "landing")
    declared = set()
    for system in (*settings_of(sandbox).systems(), "warehouse"):
        for path in (sandbox.root / "models" / "staging" / system).glob("*__sources.yml"):
            for source in yaml.safe_load(path.read_text("utf-8"))["sources"]:
                declared |= {(source["name"], table["name"]) for table in source["tables"]}
    landed = {path.parent for path in (tmp_path / "landing").rglob("*.parquet")}
    assert {(path.parent.name, path.name) for path in landed} == declared
    runs = duckdb.sql(f"select run_id from '{tmp_path}/landing/warehouse/runs/*.parquet'")
    assert runs.fetchall() == [("20260101-020000-aaaa",)]


@pytest.mark.parametrize("name", ["landing", ".landing.new", ".landing.old"])
def test_what_is_no_landing_is_never_deleted(
    name: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    kept = tmp_path / name / "years of work.txt"
    kept.parent.mkdir()
    kept.write_text("kept", "utf-8")
    with pytest.raises(BadInputError, match="something else than a landing"):
        land_for_spark(settings_of(sandbox), tmp_path / "landing")
    assert kept.read_text("utf-8") == "kept"


def test_a_link_to_another_place_is_followed_and_its_content_kept(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "landing").symlink_to("real")
    land_for_spark(settings_of(sandbox), tmp_path / "landing")
    assert orders_in(tmp_path / "real") > 0 and (tmp_path / "landing").is_symlink()
    (tmp_path / "real" / MARKER).unlink()
    with pytest.raises(BadInputError, match="something else than a landing"):
        land_for_spark(settings_of(sandbox), tmp_path / "landing")
    assert orders_in(tmp_path / "real") > 0


def test_an_earlier_name_beside_it_is_left_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    for name in ("landing.new", "landing.old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine").touch()
    for _ in range(2):
        land_for_spark(settings_of(sandbox), tmp_path / "landing")
    assert (tmp_path / "landing.new" / "mine").exists()
    assert (tmp_path / "landing.old" / "mine").exists()


def test_beside_a_night_of_the_same_project_it_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    """It composes the assumptions of its company into the same folder, whatever its warehouse."""
    settings = settings_of(sandbox)
    with (
        run_lock(settings.absolute(settings.dbt_target), {"pid": 4711, "run_id": "a night"}),
        pytest.raises(LockedError, match="a night"),
    ):
        land_for_spark(settings, tmp_path / "landing")
    assert not (tmp_path / "landing").exists()


@pytest.mark.parametrize("given", ["", "s3a://bucket/landing"])
def test_a_folder_of_this_machine_is_asked_for(
    given: str, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main({**sandbox.environment, "LANDING": given}) == 2
    assert "LANDING" in capsys.readouterr().err
