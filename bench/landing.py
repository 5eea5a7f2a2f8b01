"""Landing of order lines against the peer that checks nothing: `read_csv` to text Parquet.

Both run here, one after the other, on the same generated file. Ends with 1 if landing the clean
CSV takes longer than its limit, in seconds and in times of the peer: a busy machine is no fault.
Run as `python -m bench.landing [--rows N]`.
"""

import argparse
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from orchestration.landing import sql
from orchestration.landing.declarations import PLAIN_SYSTEM, read_system
from orchestration.landing.land import LandingRules, land

PROJECT_ROOT = Path(__file__).parents[1]
TABLE = "order_lines"
ROWS = 6_000_000
LIMIT_SECONDS = 15.0
LIMIT_RATIO = 4.0
MEMORY_LIMIT = "3GB"
BAD_LINE = b'O0,1,"P0,1.0000,1.00,0.00,0.19,2024-01-01\n'


def write_extracts(folder: Path, rows: int) -> Path:
    """Write ``rows`` order lines as CSV, and every other required table as a header alone."""
    folder.mkdir(parents=True)
    for table in read_system(PROJECT_ROOT, PLAIN_SYSTEM).tables:
        if table.is_required and table.name != TABLE:
            names = (column.name for column in table.columns if not column.may_be_missing)
            (folder / f"{table.name}.csv").write_text(",".join(names) + "\n")
    path = folder / f"{TABLE}.csv"
    duckdb.execute(
        f"""
        copy (
            select
                'O' || lpad(cast(id // 3 as varchar), 9, '0') as order_id,
                id % 3 + 1 as line_number,
                'P' || lpad(cast(id * 7919 % 5000 as varchar), 5, '0') as product_id,
                cast(id % 17 + 1 as decimal(18, 4)) as quantity,
                cast(id * 31 % 100000 / 100 as decimal(18, 2)) as gross_amount,
                cast(id % 100 / 100 as decimal(18, 2)) as discount_amount,
                cast(id * 31 % 100000 / 500 as decimal(18, 2)) as tax_amount,
                date '2022-01-01' + cast(id % 1000 as integer) as recognised_on
            from range({rows}) as numbers(id)
        ) to {sql.text(path)} (header true)
        """
    )
    return path


def timed(name: str, work: Callable[[], object], peer: float | None = None) -> float:
    """Run the work, print its seconds and their ratio to the peer's, and return them."""
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    ratio = "" if peer is None else f"  {seconds / peer:5.2f} x the peer"
    print(f"{name:<40} {seconds:7.2f} s{ratio}", flush=True)
    return seconds


def land_extracts(extracts: Path, folder: Path, is_in_place: bool = False) -> None:
    """Land the extracts and check that everything arrived."""
    shutil.rmtree(folder, ignore_errors=True)
    result = land(
        [PLAIN_SYSTEM],
        extracts,
        folder / "landing",
        folder / "identities" / "identities.duckdb",
        rules=LandingRules("EUR"),
        project_root=PROJECT_ROOT,
        threads=2,
        memory_limit=MEMORY_LIMIT,
    )
    (lines,) = (table for table in result.tables if table.table == TABLE)
    if not result.is_good or lines.is_in_place != is_in_place:
        raise SystemExit("\n".join(map(str, result.findings)) or f"unexpected: {lines}")


def read_plainly(source: Path, target: Path) -> None:
    """Do what the peer does: every column as text, nothing checked, names by position."""
    with sql.connect(target.parent, threads=2, memory_limit=MEMORY_LIMIT) as connection:
        connection.execute(
            f"copy (from read_csv({sql.text(source)}, header = true, all_varchar = true)) "
            f"to {sql.text(target)} (format parquet)"
        )


def main() -> int:
    """Run the benchmark; return 1 if the limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    rows: int = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        source = write_extracts(folder / "extracts", rows)
        print(f"{rows} order lines, {source.stat().st_size / 1e6:.0f} MB of CSV, two threads")
        peer = timed(
            "peer: read_csv to text Parquet", lambda: read_plainly(source, folder / "peer.parquet")
        )
        seconds = timed(
            "landing, clean CSV",
            lambda: land_extracts(source.parent, folder / "clean"),
            peer,
        )
        with source.open("ab") as stream:
            stream.write(BAD_LINE)
        timed(
            "landing, CSV with an unclosed quote",
            lambda: land_extracts(source.parent, folder / "repaired"),
            peer,
        )
        source.unlink()
        landed = folder / "clean" / "landing" / PLAIN_SYSTEM / TABLE
        duckdb.execute(
            f"copy (select * exclude (_file, _record) from {sql.read_parquet_folder(landed)}) "
            f"to {sql.text(source.with_suffix('.parquet'))} (format parquet)"
        )
        timed(
            "landing, typed Parquet in place",
            lambda: land_extracts(source.parent, folder / "in_place", is_in_place=True),
            peer,
        )
    unit = 1024 if sys.platform == "linux" else 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    limit = LIMIT_SECONDS * rows / ROWS
    print(
        f"peak memory {peak / 1e9:.2f} GB; clean CSV {seconds:.2f} s of at most {limit:.2f} s, "
        f"{seconds / peer:.2f} x the peer of at most {LIMIT_RATIO:.0f}"
    )
    return int(seconds > limit and seconds > LIMIT_RATIO * peer)


if __name__ == "__main__":
    sys.exit(main())
