"""A warehouse with one small published generation, without dbt."""

from pathlib import Path

import duckdb
import pytest

from orchestration.publishing.generations import DATABASE, Warehouse
from orchestration.publishing.publish import publish

RUN_ID = "20240101-000000-aaaa"


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    root = tmp_path / "warehouse"
    root.mkdir()
    return Warehouse(root)


@pytest.fixture
def generation(warehouse: Warehouse) -> Path:
    """Return the folder of a published generation."""
    record = {"run_id": RUN_ID, "company": "tiny"}
    folder = warehouse.begin(RUN_ID, record)
    with duckdb.connect(str(folder / DATABASE)) as connection:
        for schema in ("marts", "governance", "core", "staging", "seeds"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            "create table marts.results as select * from (values "
            "(1, '=1+1', -1.50::decimal(18, 2)), (2, 'plain', 2.25::decimal(18, 2)), "
            "(3, null, null::decimal(18, 2))) as v(id, note, amount)"
        )
        connection.execute("comment on column marts.results.amount is 'Additive.'")
        connection.execute("create view marts.wide as select * from marts.results")
        connection.execute("create table governance.empty (reason varchar, amount decimal(18, 2))")
        connection.execute("create table core.dims as select 'a' as id")
        connection.execute("create table seeds.inputs as select 'a' as id")
    publish(warehouse, RUN_ID, {**record, "outcome": "published"})
    return folder
