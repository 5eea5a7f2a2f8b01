"""Costing and contribution against the same result written by hand, and against other tools.

Makes a synthetic company at three sizes, builds it up to core, then times, one after the other on
the same machine: the project's models, run by dbt; `costing_by_hand.sql`, to the contribution lines
and to the cost assignments as well, which the models publish too; one scan of the needed columns;
the two group-bys that nobody can avoid; polars and pandas, to the contribution lines of customers.
No time counts before models and raw SQL have the same rows.

Ends with 1 if the models take more than 1.5 times the raw SQL at the largest size, or more memory
than their limit: 2 GB up to ten million order lines, 4 GB above. Held against each other are what
both publish, lines and assignments, and of the models the seconds in which dbt's `execute` timings
say that one runs: the SQL, without dbt's start. What dbt adds there too is shown beside it: the
same build of a company of 300 order lines. Seconds count on an idle machine only.

Run as `make bench`, `make bench ROWS=<order lines>`, or `python -m bench.costing`.
"""

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bench import company
from bench.costing_peers import Place
from bench.measuring import Build, Outcome, growth_exponent, read_build, run
from orchestration.landing.declarations import PLAIN_SYSTEM
from orchestration.ops.settings import NO_TELEMETRY

PROJECT_ROOT = Path(__file__).parents[1]
ROWS = 10_000_000
TINY = 300
LIMIT_RATIO = 1.5
STEPS_ROWS = 10_000_000
LIMIT_BYTES = {"up to": 2_000_000_000, "above": 4_000_000_000}
BYTES_PER_ROW = 700
PEERS = ("by_hand", "scan", "group_bys", "polars", "pandas")
WORDS = {
    "by_hand": "by hand, lines and assignments",
    "lines": "by hand, contribution lines alone",
    "scan": "one scan of the needed columns",
    "group_bys": "the two unavoidable group-bys",
    "polars": "polars",
    "pandas": "pandas",
}
CORE = [
    "resource_type:seed",
    "+fct_contribution_lines_monthly,path:models/staging",
    "+fct_contribution_lines_monthly,path:models/core",
]
MODELS = [
    "+fct_contribution_lines_monthly,path:models/intermediate",
    "fct_contribution_lines_monthly",
    "fct_cost_assignments",
]
LARGE = ("orders", "order_lines", "activity_events")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one size took."""

    rows: int
    models: Build
    call: Outcome
    peers: dict[str, tuple[float, int]]

    @property
    def seconds(self) -> float:
        """Return the seconds that the models were busy in the database."""
        return self.models.seconds


def limit_bytes(rows: int) -> int:
    """Return how much memory a company of this size may take."""
    return LIMIT_BYTES["up to" if rows <= STEPS_ROWS else "above"]


def memory_limit(rows: int) -> str:
    """Return DuckDB's own limit: beside it there are Python, dbt and what DuckDB does not count."""
    return f"{limit_bytes(rows) * 7 // 10 // 1_000_000}MB"


def dbt(place: Place, memory: str, *arguments: str) -> tuple[Build, Outcome]:
    """Call dbt on the company of a place; return what it timed, and what became of the call.

    Its target folder lies beside the place, so that the project is parsed once.
    """
    folder = place.folder.parent / "dbt"
    environment = {
        **NO_TELEMETRY,
        "COMPANY": company.COMPANY,
        "WAREHOUSE": str(place.folder / "warehouse"),
        "ASSUMPTIONS": str(place.folder / "assumptions"),
        "DEV_DATABASE": str(place.company),
        "DBT_TARGET": "dev",
        "DBT_TARGET_PATH": str(folder),
        "DBT_LOG_PATH": str(folder),
        "DUCKDB_MEMORY_LIMIT": memory,
    }
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet", *arguments]
    outcome = run([*command, "--threads", "2"], PROJECT_ROOT, environment)
    if outcome.code:
        raise SystemExit(f"dbt {' '.join(arguments)}\n{outcome.output}")
    return read_build(json.loads((folder / "run_results.json").read_text("utf-8"))), outcome


def peer(place: Place, name: str) -> tuple[dict[str, float], Outcome]:
    """Run a peer in a process of its own; return what it printed."""
    outcome = run(
        [sys.executable, "-m", "bench.costing_peers", name, str(place.folder), place.memory],
        PROJECT_ROOT,
        {},
    )
    if outcome.code:
        raise SystemExit(f"{name}\n{outcome.output}")
    return json.loads(outcome.output.splitlines()[-1]), outcome


def build_company(place: Place, rows: int) -> None:
    """Make the company and build it up to core; the large extracts are not kept."""
    landing = place.folder / "warehouse" / "current" / "landing"
    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "4GB", "threads": 2}
    with duckdb.connect(config=config) as connection:
        company.write_landing(landing, rows, connection)
    company.write_assumptions(place.folder / "assumptions", rows)
    core, outcome = dbt(
        place, "4GB", "build", "--resource-type", "seed", "--resource-type", "model",
        "--select", *CORE,
    )  # fmt: skip
    print(
        f"  staging and core, before: {core.seconds:.1f} s, {outcome.peak_bytes / 1e9:.2f} GB",
        flush=True,
    )
    for table in LARGE:
        shutil.rmtree(landing / PLAIN_SYSTEM / table)


def measure(folder: Path, rows: int) -> Measured:
    """Measure one size and print what was found."""
    place = Place(folder, memory_limit(rows))
    print(
        f"{rows:,} order lines, {3 * rows:,} activity events, {company.MONTHS} months", flush=True
    )
    build_company(place, rows)
    models, call = dbt(place, place.memory, "run", "--select", *MODELS)
    timed: dict[str, tuple[float, int]] = {}
    for name in PEERS:
        if name == "polars":
            peer(place, "prepare")
        found, outcome = peer(place, name)
        if name == "by_hand":
            _compare(place)
        if found:
            _same(name, found)
            timed[name] = (found["seconds"], outcome.peak_bytes)
        if "lines" in found:
            timed["lines"] = (found["lines"], outcome.peak_bytes)
    measured = Measured(rows, models, call, timed)
    _print(measured)
    return measured


def _same(name: str, found: dict[str, float]) -> None:
    if found.get("differing"):
        raise SystemExit(f"{name} differs from the models in {found['differing']} rows: no peer")


def _compare(place: Place) -> None:
    found, _ = peer(place, "compare")
    if not found["rows"]:
        raise SystemExit("the models have no rows")
    _same("the raw SQL", found)
    print(
        f"  {found['customer_months']:,} customer-months, {found['rows']:,} contribution lines and "
        f"{found['edges']:,} cost assignments, the same by models and raw SQL",
        flush=True,
    )


def _print(measured: Measured) -> None:
    by_hand = measured.peers["by_hand"][0]
    rows = [
        ("models, in the database", measured.seconds, measured.call.peak_bytes),
        ("models, the whole call of dbt", measured.call.seconds, measured.call.peak_bytes),
        *(
            (words, *measured.peers[name])
            for name, words in WORDS.items()
            if name in measured.peers
        ),
    ]
    for words, seconds, peak in rows:
        print(
            f"  {words:<34} {seconds:8.2f} s  {seconds / by_hand:6.2f} x by hand  "
            f"models {measured.seconds / seconds:6.2f} x this  {peak / 1e9:5.2f} GB"
        )
    for name in PEERS:
        if name not in measured.peers:
            print(
                f"  {WORDS[name]:<34} not installed; for the benchmark: "
                f".venv/bin/uv pip install --python .venv/bin/python {name}"
            )
    sys.stdout.flush()


def report(found: list[Measured], tiny: Build, tiny_call: Outcome) -> int:
    """Print models by time, growth and the limits; return 1 if one is missed."""
    largest = found[-1]
    by_hand = largest.peers["by_hand"][0]
    print(f"Slowest models at {largest.rows:,} order lines")
    for name, seconds in largest.models.slowest(10):
        print(f"  {name:<44} {seconds:8.2f} s")
    print(
        f"A company of {TINY} order lines: {tiny.seconds:.2f} s in the database, "
        f"{tiny_call.seconds:.2f} s the whole call. Without that the models take "
        f"{(largest.seconds - tiny.seconds) / by_hand:.2f} x by hand, the call "
        f"{(largest.call.seconds - tiny_call.seconds) / by_hand:.2f}"
    )
    if len(found) > 1:
        sizes = [measured.rows for measured in found]
        growth = growth_exponent(sizes, [measured.seconds for measured in found])
        growth_by_hand = growth_exponent(
            sizes, [measured.peers["by_hand"][0] for measured in found]
        )
        print(f"Seconds grow by size to the power of {growth:.2f}; by hand {growth_by_hand:.2f}")
    ratio, peak, limit = (
        largest.seconds / by_hand,
        largest.call.peak_bytes,
        limit_bytes(largest.rows),
    )
    print(
        f"Models {ratio:.2f} x by hand, limit {LIMIT_RATIO}; "
        f"peak memory {peak / 1e9:.2f} GB, limit {limit / 1e9:.0f} GB"
    )
    return int(ratio > LIMIT_RATIO or peak > limit)


def check_disk(folder: Path, rows: int) -> None:
    """Stop before the disk is full."""
    needed, free = rows * BYTES_PER_ROW, shutil.disk_usage(folder).free
    if free < needed:
        raise SystemExit(
            f"{folder}: {rows:,} order lines need {needed / 1e9:.0f} GB of disk, "
            f"{free / 1e9:.0f} GB are free"
        )


def main() -> int:
    """Run the benchmark; return 1 if a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="order lines of the largest size")
    parser.add_argument("--sizes", type=int, default=3, help="how many sizes, each twice the last")
    parser.add_argument("--folder", type=Path, help="where to work (default: below target)")
    options = parser.parse_args()
    work = options.folder or PROJECT_ROOT / "target"
    work.mkdir(parents=True, exist_ok=True)
    check_disk(work, options.rows)
    with tempfile.TemporaryDirectory(dir=work, prefix="bench-") as temporary:
        folder = Path(temporary) / "company"
        place = Place(folder, memory_limit(TINY))
        print(f"{TINY} order lines, for what dbt takes by itself", flush=True)
        build_company(place, TINY)
        tiny, tiny_call = dbt(place, place.memory, "run", "--select", *MODELS)
        shutil.rmtree(folder)
        found = []
        for step in reversed(range(options.sizes)):
            found.append(measure(folder, options.rows // 2**step))
            shutil.rmtree(folder)
    return report(found, tiny, tiny_call)


if __name__ == "__main__":
    sys.exit(main())
