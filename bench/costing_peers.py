"""The peers of the models, each in a process of its own: `python -m bench.costing_peers <name>`.

Prints one line of JSON: the seconds of the work itself, without start-up and imports. `prepare`
writes what polars and pandas read, Parquet with small whole numbers, and takes no part in a time.
"""

import importlib.util
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from orchestration.landing import sql

HERE = Path(__file__).parent
BY_HAND = HERE / "costing_by_hand.sql"
LINES = "marts.fct_contribution_lines_monthly"
COLUMNS = "object_level, object_key, object_id, month, line_id, amount, currency_code"
EDGES = "marts.fct_cost_assignments"
EDGE_COLUMNS = (
    "month, stage, pool_type, pool_id, cost_category, is_cash_effective, receiver_type, "
    "receiver_id, receiver_key, driver_id, weight, pool_weight, amount, reason, currency_code"
)


class Place:
    """The folder of a size: the company's database, that of the peer, inputs and results."""

    def __init__(self, folder: Path, memory: str) -> None:
        self.folder = folder
        self.memory = memory
        self.company = folder / "company.duckdb"
        self.by_hand = folder / "by_hand.duckdb"

    def file(self, name: str) -> Path:
        """Return the Parquet file of an input or result."""
        return self.folder / f"{name}.parquet"

    def connect(self, database: Path | None = None) -> duckdb.DuckDBPyConnection:
        """Open a database with the company attached."""
        connection = duckdb.connect(
            str(database or ":memory:"),
            config={
                "threads": 2,
                "memory_limit": self.memory,
                "preserve_insertion_order": "false",
                "temp_directory": str(self.folder / "spilled"),
            },
        )
        connection.execute(f"attach {sql.text(self.company)} as company (read_only)")
        return connection


def seconds_of(work: Callable[[], object]) -> dict[str, float]:
    """Return the seconds that the work takes."""
    started = time.perf_counter()
    work()
    return {"seconds": time.perf_counter() - started}


def by_hand(place: Place) -> dict[str, float]:
    """Time the raw SQL: to the contribution lines, and to the cost assignments as well."""
    place.by_hand.unlink(missing_ok=True)
    with place.connect(place.by_hand) as connection:
        *lines, edges, view = duckdb.extract_statements(BY_HAND.read_text("utf-8"))
        first = seconds_of(lambda: [connection.execute(statement) for statement in lines])
        second = seconds_of(lambda: [connection.execute(statement) for statement in (edges, view)])
    return {"lines": first["seconds"], "seconds": first["seconds"] + second["seconds"]}


def compare(place: Place) -> dict[str, float]:
    """Count the rows in which models and raw SQL differ, and those of the models.

    The edges are too many for `except`: their number and the sum of their hashes decide.
    """
    with place.connect() as connection:
        connection.execute(f"attach {sql.text(place.by_hand)} as hand (read_only)")
        models, hand = f"company.{LINES}", "hand.contribution_lines"
        differing = sum(
            sql.one_number(
                connection,
                f"select count(*) from (select {COLUMNS} from {one} "
                f"except all select {COLUMNS} from {other})",
            )
            for one, other in ((models, hand), (hand, models))
        )
        rows = sql.one_number(connection, f"select count(*) from {models}")
        customer_months = sql.one_number(
            connection,
            "select count(*) from (select distinct object_key, month "
            f"from {models} where object_level = 'customer')",
        )
        edges, edges_by_hand = (
            sql.one_row(
                connection,
                f"select count(*), sum(cast(hash({EDGE_COLUMNS}) as hugeint)) from {relation} "
                "where stage = 'process_to_object'",
            )
            for relation in (f"company.{EDGES}", "hand.cost_assignments")
        )
    return {
        "differing": differing + int(edges != edges_by_hand),
        "rows": rows,
        "edges": int(str(edges[0])),
        "customer_months": customer_months,
    }


def scan(place: Place) -> dict[str, float]:
    """Time one look at every column that the calculation needs."""
    queries = (
        "select max(customer_key), max(order_key), max(month), sum(driver_quantity), "
        "max(driver_id) from company.core.fct_activity_events",
        "select max(customer_key), max(order_key), max(product_key), max(month), max(cost_on), "
        "sum(quantity), sum(gross_amount), sum(discount_amount) from company.core.fct_order_lines",
        "select max(customer_key), max(order_key), max(month), sum(order_line_count) "
        "from company.core.fct_orders",
    )
    with place.connect() as connection:
        return seconds_of(lambda: [connection.execute(query).fetchall() for query in queries])


def group_bys(place: Place) -> dict[str, float]:
    """Time what no way around leads past: lines and events summed by customer and month."""
    queries = (
        "create temp table line_sums as select customer_key, month, sum(gross_amount) as gross, "
        "sum(discount_amount) as discount, sum(quantity) as quantity "
        "from company.core.fct_order_lines group by all",
        "create temp table event_sums as select customer_key, month, driver_id, "
        "sum(driver_quantity) as quantity from company.core.fct_activity_events group by all",
    )
    with place.connect() as connection:
        return seconds_of(lambda: [connection.execute(query) for query in queries])


def prepare(place: Place) -> dict[str, float]:
    """Write the inputs of polars and pandas."""
    with place.connect() as connection:
        connection.execute(
            "create temp table processes as select cast(row_number() over (order by process_id) "
            "as integer) as process, * from company.core.dim_processes "
            "left join company.seeds.process_capacities using (process_id)"
        )
        month = "cast(year(month) * 12 + month(month) as integer) as month"
        day = "cast(cost_on - date '2020-01-01' as integer) as cost_on"
        queries = {
            "lines": f"select customer_key, {month}, product_key, {day}, "
            "cast(quantity as bigint) as quantity, cast(gross_amount * 100 as bigint) as gross, "
            "cast(discount_amount * 100 as bigint) as discount "
            "from company.core.fct_order_lines",
            "events": f"select process, {month}, order_key, customer_key, "
            "case when customer_id is null then 0 else 1 end as named, "
            "cast(driver_quantity as bigint) as weight "
            "from company.core.fct_activity_events inner join processes using (driver_id)",
            "orders": f"select order_key, order_id, customer_key, {month}, "
            "cast(order_line_count as bigint) as lines from company.core.fct_orders",
            "customers": "select customer_key, customer_id from company.core.dim_customers "
            "where customer_key <> 0",
            "prices": "select product_key, "
            "cast(valid_from - date '2020-01-01' as bigint) as valid_from, "
            "cast(coalesce(lead(valid_from) over (partition by product_id order by valid_from) "
            "- date '2020-01-01', 99999) as bigint) as valid_until, "
            "cast(standard_material_cost * 1000000 as bigint) as material, "
            "cast(standard_production_cost * 1000000 as bigint) as production "
            "from company.staging.stg_extracts__product_costs "
            "inner join company.core.dim_products using (product_id)",
            "pools": f"select process, {month}, "
            "cost_category as category, cast(chargeable_amount * 100 as bigint) as cents, "
            "cast(pools.practical_capacity_quantity as bigint) as capacity, "
            "pools.charging_rate_basis = 'actual' as is_actual, object_level = 'order' as is_order "
            "from company.intermediate.int_costing__process_pools as pools "
            "inner join processes using (process_id) where chargeable_amount <> 0",
            "processes": "select process, driver_id from processes",
        }
        for name, query in queries.items():
            connection.execute(f"copy ({query}) to {sql.text(place.file(name))} (format parquet)")
    return {}


def compare_frames(place: Place, name: str) -> int:
    """Count the customers' lines in which the result of polars or pandas and the models differ."""
    month = "cast(year(month) * 12 + month(month) as integer)"
    models = (
        f"select object_key, {month} as month, line_id, cast(amount * 100 as bigint) as cents "
        f"from company.{LINES} where object_level = 'customer'"
    )
    frames = (
        "select object_key, month, line_id, cast(cents as bigint) as cents "
        f"from {sql.read_parquet(place.file(name))}"
    )
    with place.connect() as connection:
        return sum(
            sql.one_number(connection, f"select count(*) from ({one} except all {other})")
            for one, other in ((models, frames), (frames, models))
        )


def frames(place: Place, name: str) -> dict[str, float]:
    """Time polars or pandas; nothing where it is not installed."""
    if importlib.util.find_spec(name) is None:
        return {}
    if name == "polars":
        from bench.costing_polars import contribution_lines, write
    else:
        from bench.costing_pandas import contribution_lines, write
    results: list[object] = []
    timed = seconds_of(lambda: results.append(contribution_lines(place.folder)))
    write(results[0], place.file(f"{name}_result"))
    return {**timed, "differing": compare_frames(place, f"{name}_result")}


WORKS: dict[str, Callable[[Place], dict[str, float]]] = {
    "by_hand": by_hand,
    "compare": compare,
    "scan": scan,
    "group_bys": group_bys,
    "prepare": prepare,
    "polars": lambda place: frames(place, "polars"),
    "pandas": lambda place: frames(place, "pandas"),
}


if __name__ == "__main__":
    name, folder, memory = sys.argv[1:]
    print(json.dumps(WORKS[name](Place(Path(folder), memory))))
