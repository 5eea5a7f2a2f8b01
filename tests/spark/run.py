"""Both engines build the same companies to the same cent: ``make test-spark [company ...]``.

A company is published by a normal night on DuckDB; Spark builds seeds and models from the landing
of that night; then every table and view that readers query is compared, types and rows, with
`except all` both ways. Each table is a test; the last line is ``N passed, N failed``, the one
before says which company was skipped and why.
Everything is kept under ``target/spark``. ``PUBLISHED=target/test`` takes the companies that
`make test` has just published instead of publishing them again.
"""

import argparse
import os
import shutil
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import duckdb  # noqa: E402

from orchestration.landing.assumptions import compose  # noqa: E402
from orchestration.ops.demo_extracts import OUT as DEMO_EXTRACTS  # noqa: E402
from orchestration.ops.demo_extracts import ensure_extracts  # noqa: E402
from orchestration.ops.progress import Reporter, Step  # noqa: E402
from orchestration.spark.cluster import Cluster, ClusterError  # noqa: E402
from tests.commands import call, skipped_line  # noqa: E402
from tests.spark.comparing import SCHEMAS, Comparison, compare, published_tables  # noqa: E402

OUT = ROOT / "target" / "spark"
# Seconds on two idle cores; a shared machine multiplies them (CI: 3).
BUDGET = 900 * int(os.environ.get("BUDGET_FACTOR", "1"))
COMPANIES = {
    "demo": ROOT / DEMO_EXTRACTS,
    "adventureworks": ROOT.parent / "shared" / "data",
}
# The opposite of what the project needs: what counts is what its sessions ask for.
SERVER_SETTINGS = {
    "spark.sql.ansi.enabled": "false",
    "spark.sql.session.timeZone": "America/New_York",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    # The tables are forgotten with the server: a fifth less to compute than with a metastore.
    "spark.sql.catalogImplementation": "in-memory",
}
# The comparison leaves room for the cluster beside it.
LIMITS: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "2GB",
    "temp_directory": str(OUT / "scratch"),
}
# What has no files is read out into this schema.
READ_OUT = "read_out"
WIDTH = len("adventureworks on DuckDB")


@dataclass
class Run:
    """The tests of this run and what is printed of them."""

    reporter: Reporter = field(default_factory=Reporter)
    passed: int = 0
    failed: int = 0
    outcomes: dict[str, tuple[str, str]] = field(default_factory=dict)  # same, different
    skipped: list[str] = field(default_factory=list)

    def skip(self, company: str, why: str) -> None:
        """Say that a company is not compared; that is neither passed nor failed."""
        self.outcomes[company] = ("skipped", "")
        self.skipped.append(f"{company} on Spark ({why})")
        self.reporter.add(Step(f"{company:<{WIDTH}}", 0.0, "skipped", why))

    def summarize(self, companies: list[str]) -> None:
        """Print what became of each company that was asked for."""
        rows = [[name, *self.outcomes.get(name, ("not compared", ""))] for name in companies]
        self.reporter.line()
        self.reporter.table(["company", "same", "different"], rows)

    def count(self, name: str, is_good: bool, note: str, seconds: float) -> None:
        """Count a test and print its line."""
        self.passed += is_good
        self.failed += not is_good
        outcome = "ok" if is_good else "failed"
        self.reporter.add(Step(f"{name:<{WIDTH}}", round(seconds, 1), outcome, note))

    def tables(self, company: str, compared: list[Comparison]) -> None:
        """Count each compared table as a test and print them all."""
        same = sum(table.is_same for table in compared)
        self.passed += same
        self.failed += len(compared) - same
        self.outcomes[company] = (str(same), str(len(compared) - same))
        self.reporter.line()
        self.reporter.table(
            [company, "rows", "only on DuckDB", "only on Spark", ""],
            [
                [
                    table.table,
                    f"{table.rows:,}",
                    f"{table.only_duckdb:,}",
                    f"{table.only_spark:,}",
                    "same" if table.is_same else "DIFFERENT",
                ]
                for table in compared
            ],
        )
        for table in compared:
            for note in table.notes:
                self.reporter.line(f"  {table.table}: {note}", "bold red")
        if not compared:
            self.count(f"{company} tables", False, "nothing to compare", 0)
        self.reporter.line()

    def call(self, name: str, command: list[str], environment: dict[str, str]) -> bool:
        """Run a command as one test; its output goes to a log, the end of it here if it fails."""
        log = OUT / f"{name.replace(' ', '-')}.log"
        since = time.monotonic()
        log.unlink(missing_ok=True)
        code = call(command, log, 2 * BUDGET, environment)
        self.count(name, code == 0, str(log.relative_to(ROOT)), time.monotonic() - since)
        if code:
            end = log.read_text("utf-8", errors="replace").splitlines()[-40:]
            self.reporter.line("\n".join(f"    {line}" for line in end))
        return code == 0


def warehouse_of(company: str) -> Path:
    """Return where a company is published: by `make test` if PUBLISHED says so, else by us."""
    published = os.environ.get("PUBLISHED")
    if published and (path := ROOT / published / company / "warehouse" / "current").exists():
        return path.parent
    return OUT / company / "warehouse"


def environment_of(company: str) -> dict[str, str]:
    """Return what night and dbt need for a company; the folders are within the project."""
    folder = OUT.relative_to(ROOT) / company
    return {
        "COMPANY": company,
        "EXTRACTS": str(COMPANIES[company]),
        "WAREHOUSE": os.path.relpath(warehouse_of(company), ROOT),
        "ASSUMPTIONS": str(folder / "assumptions"),
        "NIGHT_TARGET": str(folder / "night"),
        "LANDING": "",  # the one beside the warehouse
        "DBT_TARGET_PATH": str(folder / "spark"),
        "DBT_LOG_PATH": str(folder / "spark"),
        "DBT_PROFILES_DIR": str(ROOT),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def night(run: Run, company: str) -> bool:
    """Publish the company on DuckDB, unless that was done."""
    shutil.rmtree(OUT / company, ignore_errors=True)
    if warehouse_of(company) != OUT / company / "warehouse":
        compose(company, OUT / company / "assumptions", ROOT)
        run.count(f"{company} on DuckDB", True, f"published in {os.environ['PUBLISHED']}", 0)
        return True
    if company == "demo":
        ensure_extracts(ROOT)
    command = [sys.executable, "-m", "orchestration.night"]
    return run.call(f"{company} on DuckDB", command, environment_of(company))


def build(run: Run, company: str, cluster: Cluster) -> bool:
    """Build seeds and models of the company on Spark."""
    dbt = str(Path(sys.executable).parent / "dbt")
    command = [dbt, "build", "--target", "spark"]
    command += ["--resource-type", "seed", "--resource-type", "model"]
    environment = {**environment_of(company), **cluster.environment}
    return run.call(f"{company} on Spark", command, environment)


@contextmanager
def session(cluster: Cluster) -> Iterator[Any]:
    """Open a cursor on the Thrift server, with the session settings of the project."""
    from pyhive import hive  # type: ignore[import-not-found,unused-ignore]

    host, port = cluster.environment["SPARK_HOST"], int(cluster.environment["SPARK_PORT"])
    connection = hive.connect(host, port, username="dbt")
    cursor = connection.cursor()
    try:
        cursor.execute("set spark.sql.session.timeZone = UTC")
        cursor.execute("set spark.sql.timestampType = TIMESTAMP_NTZ")
        yield cursor
    finally:
        cursor.close()
        connection.close()


def spark_tables(cursor: Any) -> dict[str, bool]:
    """Return the tables and views that readers would query on Spark, and whether it is a view."""
    found: dict[str, bool] = {}
    for schema in SCHEMAS:
        cursor.execute(f"show views in {schema}")
        views = {row[1] for row in cursor.fetchall()}
        cursor.execute(f"show tables in {schema}")
        found |= {f"{schema}.{row[1]}": row[1] in views for row in cursor.fetchall()}
    return found


def compare_company(run: Run, company: str, cluster: Cluster) -> None:
    """Compare every table."""
    path = warehouse_of(company) / "current" / "warehouse.duckdb"
    with (
        session(cluster) as cursor,
        duckdb.connect(str(path), read_only=True, config=LIMITS) as warehouse,
    ):
        built = spark_tables(cursor)
        cursor.execute(f"create schema if not exists {READ_OUT}")
        compared = []
        for table in dict.fromkeys([*published_tables(warehouse), *built]):
            schema, name = table.split(".")
            files = cluster.warehouse / f"{schema}.db" / name
            # A view has no files, nor has a seed without rows.
            if built.get(table) or (table in built and not any(files.glob("*.parquet"))):
                cursor.execute(
                    f"create table {READ_OUT}.{name} using parquet as select * from {table}"
                )
                files = cluster.warehouse / f"{READ_OUT}.db" / name
            compared.append(compare(warehouse, table, files))
    run.tables(company, compared)


def compare_companies(run: Run, companies: list[str]) -> None:
    """Publish, build and compare; the next company's night runs while Spark builds this one."""
    with ThreadPoolExecutor(1) as nights:
        published: dict[str, Future[bool]] = {
            company: nights.submit(night, run, company) for company in companies
        }
        for company, is_published in published.items():
            if is_published.result():
                try_company(run, company)


def try_company(run: Run, company: str) -> None:
    """Build and compare a company on a cluster of its own; one that ends fails this one alone."""
    folder = OUT / "cluster"
    shutil.rmtree(folder, ignore_errors=True)
    since = time.monotonic()
    try:
        with Cluster(folder, SERVER_SETTINGS) as cluster:
            run.count(f"{company} cluster", True, "a master, two workers, a Thrift server",
                      time.monotonic() - since)
            try:
                if build(run, company, cluster):
                    compare_company(run, company, cluster)
            finally:
                cluster.check()  # what a query says of a server that has ended is not why
    except ClusterError as error:
        run.count(f"{company} cluster", False, str(error), time.monotonic() - since)


def main() -> int:
    """Run the companies that are asked for, all by default."""
    parser = argparse.ArgumentParser(description="Hold Spark against DuckDB.")
    parser.add_argument("companies", nargs="*", help=f"of {', '.join(COMPANIES)}; all by default")
    asked = parser.parse_args().companies or list(COMPANIES)
    unknown = sorted(set(asked) - set(COMPANIES))
    if unknown:
        parser.error(f"no company {', '.join(unknown)}")
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "summary").unlink(missing_ok=True)
    run = Run()
    since = time.monotonic()
    present = []
    for company in asked:
        if company == "demo" or COMPANIES[company].exists():
            present.append(company)
        else:
            run.skip(company, f"{os.path.relpath(COMPANIES[company], ROOT)} does not exist")
    try:
        compare_companies(run, present)
    except Exception as error:
        traceback.print_exc()
        run.count("comparison", False, repr(error), time.monotonic() - since)
    seconds = time.monotonic() - since
    run.count("time budget", seconds <= BUDGET, f"{seconds:.0f} s of {BUDGET} s", seconds)
    run.summarize(asked)
    run.reporter.line()
    run.reporter.line(skipped_line(run.skipped, OUT))
    run.reporter.close()
    summary = f"{run.passed} passed, {run.failed} failed"
    (OUT / "summary").write_text(summary + "\n", "utf-8")
    print(summary, flush=True)
    return int(run.failed > 0)


if __name__ == "__main__":
    sys.exit(main())
