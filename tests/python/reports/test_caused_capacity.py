"""Unused capacity that an order or a customer causes: `explain` and the statement show it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from orchestration.ops.explain import Question, explain
from orchestration.ops.levels import Part
from orchestration.reports.statement_figures import figures

JANUARY = date(2024, 1, 1)
LINE = "caused_unused_capacity"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a month in which two processes charge unused capacity to C1, and two do not."""
    with duckdb.connect() as connection:
        connection.execute("""
            create schema core; create schema marts; create schema seeds;
            create table seeds.object_levels as
                select 'order' as object_level, 'order_processing' as processing_line_id;
            create table core.dim_months as select
                date '2024-01-01' as month, 2024 as fiscal_year, 1 as fiscal_period,
                true as is_complete, true as is_last_complete;
            create table core.dim_settings as
                select 'functional_currency' as setting, 'EUR' as value;
            create table core.dim_customers as
                from (values (0, '(unassigned)'), (1, 'C1'), (2, 'C2'))
                as _(customer_key, customer_id);
            create table core.fct_orders as
                from (values ('O1', 1, 'C1'), ('O2', 2, 'C2'), ('O3', 0, 'C1'))
                as _(order_id, customer_key, customer_id);
            create table core.dim_statement_lines as select
                'caused_unused_capacity' as line_id, 'Unused capacity caused' as line_name,
                'contribution_2' as parent_line_id, 1 as sort_order, false as is_subtotal,
                true as is_contribution_2;
            create table core.dim_processes as
                select *, process_id as process_name, 'order' as object_level from (values
                    ('of_order', 'order:O1'), ('of_customer', 'customer:C1'),
                    ('of_another', 'order:O2'), ('of_unknown', 'order:O3'),
                    ('of_nobody', 'company')
                ) as _(process_id, unused_capacity_object);
            create table marts.fct_cost_assignments as
                select
                    date '2024-01-01' as month, 'process_to_object' as stage,
                    'process' as pool_type, process_id as pool_id, process_id,
                    'capacity' as receiver_type, 'unused_capacity' as receiver_id,
                    'orders' as driver_id, null::decimal(28, 12) as weight,
                    10::decimal(28, 12) as pool_weight, amount, null::varchar as reason
                from (values
                    ('of_order', 4.00::decimal(18, 2)), ('of_customer', 3.00),
                    ('of_another', 2.00), ('of_unknown', 1.00), ('of_nobody', 0.50)
                ) as _(process_id, amount);
            create table marts.fct_process_cost_rates_monthly as
                select
                    pool_id as process_id, month, 10::decimal(18, 4) as
                    practical_capacity_quantity, 6::decimal(18, 4) as actual_quantity
                from marts.fct_cost_assignments;
            update marts.fct_process_cost_rates_monthly set actual_quantity = 12.5
            where process_id = 'of_customer';
            create table core.fct_ledger_entries
                (entry_id varchar, line_number int, posted_on date, account_id varchar,
                amount decimal(18, 2));
            create schema intermediate;
            create table intermediate.int_costing__ledger_lines_classified
                (entry_id varchar, line_number int, month date, route varchar,
                object_level varchar, object_key int, line_id varchar);
            create table marts.fct_contribution_lines_monthly as select
                'customer' as object_level, 'C1' as object_id, date '2024-01-01' as month,
                'caused_unused_capacity' as line_id, -7.00::decimal(18, 2) as amount;
            create table marts.fct_customer_contribution_monthly as select
                'C1' as customer_id, date '2024-01-01' as month,
                0::decimal(18, 2) as net_revenue_amount, 0::decimal(18, 2) as
                contribution_1_amount, -7.00::decimal(18, 2) as contribution_2_amount;
        """)
        yield connection


def test_the_line_is_explained_by_the_processes_that_it_comes_from(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    level = explain(connection, Question("C1", JANUARY, LINE))[0]
    assert (level.total, level.difference) == (Decimal("-7.00"), Decimal(0))
    assert level.parts == (
        Part("of_customer", "2.5 above capacity 10 orders", Decimal("-3.00")),
        Part("of_order", "4 of capacity 10 orders unused", Decimal("-4.00")),
    )


def test_the_statement_charges_the_same(connection: duckdb.DuckDBPyConnection) -> None:
    found = figures(connection, "C1", "2024-01", "2024-01")
    assert {(cost.process, cost.quantity, cost.amount) for cost in found.processes} == {
        ("of_customer", Decimal("-2.5"), Decimal("3.00")),
        ("of_order", Decimal(4), Decimal("4.00")),
    }
    assert {cost.line_id for cost in found.processes} == {LINE}
    assert -sum(cost.amount for cost in found.processes) == found.amount(LINE, JANUARY)


def test_a_subtotal_shows_the_line(connection: duckdb.DuckDBPyConnection) -> None:
    (level,) = explain(connection, Question("C1", JANUARY, "contribution_2"))
    assert level.parts == (Part(LINE, "Unused capacity caused", Decimal("-7.00")),)
    assert (level.total, level.difference) == (Decimal("-7.00"), Decimal(0))
