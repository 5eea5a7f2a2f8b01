"""Fake generations: a small real database in a real folder, without dbt."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.ops.settings import Settings
from orchestration.publishing.generations import DATABASE, Warehouse

Make = Callable[..., Path]


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    root = tmp_path / "warehouse"
    root.mkdir()
    return Warehouse(root)


def write_database(path: Path, number: int) -> None:
    """Write a database with a table, a view over it and a staging view over a file."""
    parquet = path.parent / "landing" / "customers.parquet"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"copy (select {number} as generation) to '{parquet}'")
        connection.execute("create schema staging; create schema marts")
        connection.execute(
            f"create view staging.stg_customers as select * from read_parquet('{parquet}')"
        )
        connection.execute(f"create table marts.results as select {number} as generation")
        connection.execute("create view marts.wide as select * from marts.results")


def project_beside(warehouse: Warehouse, sources: str) -> Settings:
    """Return the settings of a project beside the warehouse; ``sources`` declares its extracts."""
    root = warehouse.root.parent
    folder = root / "models" / "staging" / "extracts"
    folder.mkdir(parents=True)
    (folder / "_extracts__sources.yml").write_text(sources)
    (root / "dbt_project.yml").write_text("name: p\n")
    environment = {"WAREHOUSE": str(warehouse.root), "EXTRACTS": "extracts", "COMPANY": "shop"}
    return Settings.from_environment(environment, project_root=root)


@pytest.fixture
def make_generation(warehouse: Warehouse) -> Make:
    """Return a function that builds an unpublished generation in ``work``."""

    def make(run_id: str, number: int = 1, **record: Any) -> Path:
        folder = warehouse.begin(run_id, {"run_id": run_id, "outcome": "running", **record})
        write_database(folder / DATABASE, number)
        warehouse.identities.parent.mkdir(exist_ok=True)
        warehouse.pending_identities(run_id).write_text(str(number))
        return folder

    return make
