"""The walks of `macros/accounting/lineage.sql` on books small enough to follow by hand.

Stock costs 50.00, gets 5.01 back and 10.00 from the service centre: 54.99, of which a third is the
neutral activity `lead`. All of it is spread over `pick` and goes to the process `ship`.
"""

import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner
from dbt_common.exceptions import DbtBaseException

from orchestration.landing.declarations import read_seeds

Compile = Callable[[str], str]

KIND = "date '2024-01-01' as month, 'personnel' as cost_category, true as is_cash_effective"
EDGES = {
    "service_costs": ["service_to_operating cost_center it cost_center stock 10.00"],
    "cost_centers": [
        "cost_center_to_activity cost_center stock activity pick 36.66",
        "cost_center_to_activity cost_center stock activity lead 18.33",
    ],
    "neutral_costs": ["neutral_to_induced activity lead activity pick 18.33"],
    "activities": [
        "activity_to_process activity pick process ship 54.99",
        "activity_to_process activity pick process idle 0.00",
    ],
    "processes": [
        "process_to_object process ship customer A 0.03",
        "process_to_object process ship order o1 30.00",
        "process_to_object process ship product chair 4.96",
        "process_to_object process ship capacity capacity 20.00",
        "process_to_object process idle customer A 3.00",
        "process_to_object process idle company company -3.00",
    ],
    "product_costs": [
        "product_to_owner product chair customer A 2.48",
        "product_to_owner product chair customer B 2.48",
    ],
}
LINES = {"e1": ("it", "10.00"), "e2": ("stock", "50.00"), "e3": ("stock", "-5.01")}
# Two lines of the same amount, one back: the pool is empty, and nobody is charged.
CANCELLED = {"e4": ("yard", "7.00"), "e5": ("yard", "-7.00")}


@pytest.fixture(scope="module")
def compiled(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compile]:
    """Return how dbt compiles a query; what it raises is raised."""
    folder = tmp_path_factory.mktemp("lineage")
    assumptions = folder / "assumptions"
    assumptions.mkdir()
    for seed in read_seeds(project_root):
        header = ",".join(column.name for column in seed.columns)
        (assumptions / f"{seed.name}.csv").write_text(header + "\n")
    options = ["--quiet", "--log-level-file", "none", "--no-write-json"]
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if "DBT_" in name:
                patch.delenv(name)
        for name, value in {
            "COMPANY": "demo",
            "ASSUMPTIONS": str(assumptions),
            "DEV_DATABASE": str(folder / "dev.duckdb"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_PROJECT_DIR": str(project_root),
            "DBT_PROFILES_DIR": str(project_root),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }.items():
            patch.setenv(name, value)
        manifest: Any = dbtRunner().invoke(["parse", *options]).result

        def compile_query(query: str) -> str:
            done: Any = dbtRunner(manifest=manifest).invoke(
                ["compile", *options, "--inline", query]
            )
            if not done.success:
                raise done.exception or AssertionError(done.result)
            return str(done.result.results[0].node.compiled_code)

        yield compile_query


@pytest.fixture(scope="module")
def books() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return the books in memory."""
    with duckdb.connect() as connection:
        for schema in ("core", "intermediate", "marts", "seeds"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            """
            create table core.dim_processes as
                select unnest(['ship', 'idle']) as process_id, 'order' as object_level,
                unnest(['company', 'customer:B']) as unused_capacity_object;
            create table seeds.object_levels as
                select unnest(['order', 'product']) as object_level,
                unnest(['order_processing', 'product_processing']) as processing_line_id;
            create table core.fct_orders as select 'o1' as order_id, 21 as order_key,
                1 as customer_key, 'A' as customer_id;
            create table intermediate.int_contribution__objects as select 'customer' as
                object_level, unnest([1, 2]) as object_key, unnest(['A', 'B']) as object_id;
            create table intermediate.int_costing__imputed_costs_dated (month date,
                cost_id varchar, route varchar, cost_center_id varchar, cost_category varchar,
                monthly_amount decimal(18, 2));
            """
        )
        keys = {"A": 1, "B": 2, "o1": 21}
        for edge_model, edges in EDGES.items():
            rows = " union all ".join(_edge(edge, keys) for edge in edges)
            table = f"intermediate.int_costing__{edge_model}_allocated"
            connection.execute(f"create table {table} as {rows}")
        models = " union all ".join(
            f"from intermediate.int_costing__{edge_model}_allocated" for edge_model in EDGES
        )
        connection.execute(f"create table marts.fct_cost_assignments as {models}")
        lines = " union all ".join(
            f"select {KIND}, 'pool' as route, '{entry}' as entry_id, 1 as line_number, "
            f"'wages' as account_id, '{center}' as cost_center_id, "
            f"-({amount})::decimal(18, 2) as profit_amount"
            for entry, (center, amount) in {**LINES, **CANCELLED}.items()
        )
        connection.execute(
            f"create table intermediate.int_costing__ledger_lines_classified as {lines}"
        )
        yield connection


def _edge(text: str, keys: dict[str, int]) -> str:
    stage, pool_type, pool, receiver_type, receiver, amount = text.split()
    processes = {"process_to_object": f"'{pool}'", "product_to_owner": "'ship'"}
    return (
        f"select {KIND}, '{stage}' as stage, '{pool_type}' as pool_type, '{pool}' as pool_id, "
        f"'{receiver_type}' as receiver_type, '{receiver}' as receiver_id, "
        f"{keys.get(receiver, 0)}::bigint as receiver_key, null as driver_id, null as weight, "
        f"{processes.get(stage, 'null')} as process_id, "
        f"null as pool_weight, {amount}::decimal(18, 2) as amount, "
        f"case '{receiver_type}' when 'company' then 'spending' end as reason"
    )


def rows(
    books: duckdb.DuckDBPyConnection, compiled: Compile, query: str
) -> list[tuple[object, ...]]:
    """Return the rows of a query that dbt compiles, amounts as text."""
    found = books.execute(compiled(query)).fetchall()
    return [
        tuple(str(value) if isinstance(value, Decimal) else value for value in row) for row in found
    ]


SOURCES = """
    with edges as ({{ cost_edges() }}),
    asked as (select * from edges where object_id = 'A' and line_id = 'order_processing'
        and pool_id = 'ship'),
    sources as ({{ cost_sources('asked', by=['object_id']) }})
"""
RECEIVERS = """
    with lines as ({{ cost_lines() }}),
    asked as (select * from lines where source_id = 'ENTRY'),
    receivers as ({{ cost_receivers('asked', by='source_id') }})
"""


def test_edges_say_whose_they_are(books: duckdb.DuckDBPyConnection, compiled: Compile) -> None:
    query = (
        "select object_level, object_id, line_id, sum(amount) from ({{ cost_edges() }}) "
        "group by all order by all"
    )
    assert rows(books, compiled, query) == [
        ("capacity", "capacity", "unused_capacity", "20.00"),
        ("company", "company", "variance_spending", "-3.00"),
        ("customer", "A", "order_processing", "33.03"),
        ("customer", "A", "product_processing", "2.48"),
        ("customer", "B", "product_processing", "2.48"),
    ]


def test_a_cost_is_taken_apart_to_the_cent_at_every_step(
    books: duckdb.DuckDBPyConnection, compiled: Compile
) -> None:
    # 30.03: 10.01 of it neutral. 20.02 x 50.00, 44.99, 54.99 / 54.99 = 18.20, 16.38, 20.02;
    # 10.01: 9.10, 8.19, 10.01.
    query = (
        "select process_id, activity_id, neutral_activity_id, cost_center_id, "
        "service_cost_center_id, source_type, source_id, line_number, amount from sources "
        "order by neutral_activity_id nulls first, source_id"
    )
    plain = ("ship", "pick", None, "stock")
    spread = ("ship", "pick", "lead", "stock")
    assert rows(books, compiled, SOURCES + query) == [
        (*plain, "it", "journal", "e1", 1, "3.64"),
        (*plain, None, "journal", "e2", 1, "18.20"),
        (*plain, None, "journal", "e3", 1, "-1.82"),
        (*spread, "it", "journal", "e1", 1, "1.82"),
        (*spread, None, "journal", "e2", 1, "9.10"),
        (*spread, None, "journal", "e3", 1, "-0.91"),
    ]


def test_a_product_leads_to_the_process_that_charged_it(
    books: duckdb.DuckDBPyConnection, compiled: Compile
) -> None:
    query = (
        "select object_id, product_id, process_id, sum(amount) from sources group by all "
        "order by all"
    )
    sources = SOURCES.replace("order_processing", "product_processing").replace("ship", "chair")
    assert rows(books, compiled, sources + query) == [("A", "chair", "ship", "2.48")]


def test_edges_of_any_stage_are_taken_apart(
    books: duckdb.DuckDBPyConnection, compiled: Compile
) -> None:
    query = (
        "with sources as ({{ cost_sources(ref('fct_cost_assignments'), by=['stage']) }}) "
        "select stage, sum(amount), count(*) filter (where source_type <> 'journal') "
        "from sources group by all order by all"
    )
    assert rows(books, compiled, query) == [
        ("activity_to_process", "54.99", 0),
        ("cost_center_to_activity", "54.99", 0),
        ("neutral_to_induced", "18.33", 0),
        ("process_to_object", "54.99", 0),
        ("product_to_owner", "4.96", 0),
        ("service_to_operating", "10.00", 0),
    ]


def test_a_charge_without_cost_ends_at_its_process(
    books: duckdb.DuckDBPyConnection, compiled: Compile
) -> None:
    query = "select process_id, source_type, source_id, amount from sources"
    assert rows(books, compiled, SOURCES.replace("'ship'", "'idle'") + query) == [
        (None, "process", "idle", "3.00")
    ]


def test_a_pool_that_cancels_out_is_not_taken_apart(
    books: duckdb.DuckDBPyConnection, compiled: Compile
) -> None:
    query = (
        f"with asked as (select {KIND}, 'cost_center_to_activity' as stage, 'yard' as pool_id, "
        "null as process_id, 1.00::decimal(18, 2) as amount), "
        "sources as ({{ cost_sources('asked') }}) "
        "select source_type, source_id, cost_center_id, amount from sources"
    )
    assert rows(books, compiled, query) == [("cost_center", "yard", None, "1.00")]


def test_a_credit_note_is_followed_to_who_bears_it(
    books: duckdb.DuckDBPyConnection, compiled: Compile
) -> None:
    # -1.67 of -5.01 by way of `lead`: 0.00, -0.61, -0.76 and -1.67 at the ends of A, capacity,
    # chair and o1; -3.34: 0.00, -1.22, -1.52, -3.34. The chair's -0.15 and -0.30: half each.
    query = (
        "select neutral_activity_id, object_id, line_id, receiver_id, amount from receivers "
        "order by all"
    )
    assert rows(books, compiled, RECEIVERS.replace("ENTRY", "e3") + query) == [
        ("lead", "A", "order_processing", "o1", "-0.91"),
        ("lead", "A", "product_processing", "A", "-0.08"),
        ("lead", "B", "product_processing", "B", "-0.07"),
        ("lead", "capacity", "unused_capacity", "capacity", "-0.61"),
        (None, "A", "order_processing", "o1", "-1.82"),
        (None, "A", "product_processing", "A", "-0.15"),
        (None, "B", "product_processing", "B", "-0.15"),
        (None, "capacity", "unused_capacity", "capacity", "-1.22"),
    ]


def test_a_product_hands_on_each_process_alone(
    books: duckdb.DuckDBPyConnection, compiled: Compile
) -> None:
    # What `list` charged to the chair went to B, what `ship` charged to A and B.
    changed = {
        "activities": "'activity_to_process', 'activity', 'pick', 'process', 'list', null",
        "processes": "'process_to_object', 'process', 'list', 'product', 'chair', 'list'",
        "product_costs": "'product_to_owner', 'product', 'chair', 'customer', 'B', 'list'",
    }
    query = (
        "select distinct process_id, object_id from receivers where product_id = 'chair' "
        "order by all"
    )
    books.execute("begin")
    try:
        for edge_model, edge in changed.items():
            books.execute(
                f"insert into intermediate.int_costing__{edge_model}_allocated (stage, pool_type, "
                "pool_id, receiver_type, receiver_id, process_id, month, cost_category, "
                "is_cash_effective, receiver_key, amount) "
                f"select {edge}, *, 2, 54.99 from (select {KIND}) as kind"
            )
        found = books.execute(compiled(RECEIVERS.replace("ENTRY", "e2") + query)).fetchall()
    finally:
        books.execute("rollback")
    assert found == [("list", "B"), ("ship", "A"), ("ship", "B")]


def test_a_line_of_a_service_centre_goes_by_way_of_it(
    books: duckdb.DuckDBPyConnection, compiled: Compile
) -> None:
    query = (
        "select source_id, service_cost_center_id, cost_center_id, sum(amount) from receivers "
        "group by all"
    )
    found = rows(books, compiled, RECEIVERS.replace("ENTRY", "e1") + query)
    assert found == [("e1", "it", "stock", "10.00")]


def test_what_cancels_out_in_a_pool_reaches_nobody(
    books: duckdb.DuckDBPyConnection, compiled: Compile
) -> None:
    query = "select receiver_type, receiver_id, cost_center_id, amount from receivers"
    found = rows(books, compiled, RECEIVERS.replace("ENTRY", "e4") + query)
    assert found == [("cost_center", "yard", None, "7.00")]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("cost_sources('asked; drop table orders')", "is not the name of a relation"),
        ("cost_receivers('(select 1)')", "is not the name of a relation"),
        ("cost_sources('asked', by=['object_id, 1'])", "is not the name of a column"),
        ("cost_sources('asked', by='source_id')", "a walk has a column source_id"),
        ("cost_receivers('asked', by=['line_id'])", "a walk has a column line_id"),
        ("cost_receivers('asked', by=['amount'])", "a walk has a column amount"),
    ],
)
def test_what_is_no_name_is_refused(
    compiled: Compile, capsys: pytest.CaptureFixture[str], call: str, said: str
) -> None:
    with pytest.raises(DbtBaseException):
        compiled("select * from ({{ " + call + " }})")
    assert said in capsys.readouterr().out
