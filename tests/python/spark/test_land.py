"""Landing for Spark replaces a landing by a good one only, and keeps names out of it."""

from pathlib import Path

import duckdb
import pytest

from orchestration.ops.exits import BadInputError
from orchestration.ops.settings import Settings
from orchestration.spark.land import land_for_spark, main
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
    assert sandbox.warehouse.identities.exists()
    assert not sandbox.warehouse.current.exists()


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


@pytest.mark.parametrize("given", ["", "s3a://bucket/landing"])
def test_a_folder_of_this_machine_is_asked_for(
    given: str, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main({**sandbox.environment, "LANDING": given}) == 2
    assert "LANDING" in capsys.readouterr().err
