"""What two processes charge to one product is walked apart: `explain` down and `trace` up."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from orchestration.ops.explain import Question, explain
from orchestration.ops.levels import Part
from orchestration.ops.trace import trace

JANUARY = date(2024, 1, 1)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return January: 10.00 of wages: 7.00 of `design` and 3.00 of `test`, both of a chair."""
    with duckdb.connect() as connection:
        connection.execute("""
            create schema core; create schema marts; create schema seeds;
            create schema intermediate;
            create table seeds.object_levels as
                select 'product' as object_level, 'product_processing' as processing_line_id;
            create table core.dim_customers as
                from (values (1, 'C1'), (2, 'C2')) as _(customer_key, customer_id);
            create table core.fct_orders
                (order_id varchar, customer_key int, customer_id varchar);
            create table core.dim_processes as
                select *, 'product' as object_level, 'company' as unused_capacity_object
                from (values ('design'), ('test')) as _(process_id);
            create table core.fct_ledger_entries as select
                'E1' as entry_id, 1 as line_number, date '2024-01-31' as posted_on,
                '6200' as account_id, 10.00::decimal(18, 2) as amount;
            create table intermediate.int_costing__ledger_lines_classified as select
                'E1' as entry_id, 1 as line_number, date '2024-01-01' as month, 'pool' as route,
                '6200' as account_id, -10.00::decimal(18, 2) as profit_amount,
                'stock' as cost_center_id, 'personnel' as cost_category,
                true as is_cash_effective, 'company' as object_level, 0 as object_key,
                '' as line_id;
            create table intermediate.int_contribution__objects
                (object_level varchar, object_key int, object_id varchar);
            create table intermediate.int_costing__imputed_costs_dated
                (month date, cost_id varchar, route varchar, cost_center_id varchar,
                cost_category varchar, monthly_amount decimal(18, 2));
            create table intermediate.int_costing__cost_center_pools as select
                date '2024-01-01' as month, 'stock' as cost_center_id,
                'personnel' as cost_category, true as is_cash_effective,
                10.00::decimal(18, 2) as amount;
            create table marts.fct_process_cost_rates_monthly
                (process_id varchar, month date, practical_capacity_quantity decimal(18, 4),
                actual_quantity decimal(18, 4));
            create table marts.fct_cost_assignments as select
                date '2024-01-01' as month, stage, pool_type, pool_id, process_id,
                'personnel' as cost_category, true as is_cash_effective, receiver_type,
                receiver_id, 'pieces' as driver_id, weight, 4 as pool_weight,
                amount::decimal(18, 2) as amount, null::varchar as reason
            from (values
                ('cost_center_to_activity', 'cost_center', 'stock', null, 'activity',
                    'make', 4, 10),
                ('activity_to_process', 'activity', 'make', null, 'process', 'design', 3, 7),
                ('activity_to_process', 'activity', 'make', null, 'process', 'test', 1, 3),
                ('process_to_object', 'process', 'design', 'design', 'product', 'chair', 4, 7),
                ('process_to_object', 'process', 'test', 'test', 'product', 'chair', 4, 3),
                ('product_to_owner', 'product', 'chair', 'design', 'customer', 'C1', 3, 5),
                ('product_to_owner', 'product', 'chair', 'design', 'customer', 'C2', 1, 2),
                ('product_to_owner', 'product', 'chair', 'test', 'customer', 'C1', 3, 2),
                ('product_to_owner', 'product', 'chair', 'test', 'customer', 'C2', 1, 1)
            ) as _(stage, pool_type, pool_id, process_id, receiver_type, receiver_id, weight,
                amount);
            create table marts.fct_contribution_lines_monthly as select
                'customer' as object_level, 'C1' as object_id, date '2024-01-01' as month,
                'product_processing' as line_id, -7.00::decimal(18, 2) as amount;
            create table marts.fct_customer_contribution_monthly
                (customer_id varchar, month date, net_revenue_amount decimal(18, 2),
                contribution_1_amount decimal(18, 2), contribution_2_amount decimal(18, 2));
        """)
        yield connection


def test_a_figure_leads_down_to_the_journal_line(connection: duckdb.DuckDBPyConnection) -> None:
    levels = explain(connection, Question("C1", JANUARY, "product_processing"))
    assert [(level.title, level.total, level.difference) for level in levels] == [
        ("product_processing of C1 in 2024-01", Decimal("-7.00"), Decimal(0)),
        ("product chair of process design", Decimal("7.00"), Decimal(0)),
        ("process design", Decimal("7.00"), Decimal(0)),
        ("activity make", Decimal("10.00"), Decimal(0)),
        ("cost center stock", Decimal("10.00"), Decimal(0)),
    ]
    assert levels[0].parts == (
        Part("design of chair", "3 of 4 pieces", Decimal("-5.00")),
        Part("test of chair", "3 of 4 pieces", Decimal("-2.00")),
    )
    assert levels[1].parts == (Part("design", "100.0 %", Decimal("7.00")),)
    assert levels[-1].parts == (
        Part("entry E1 line 1", "2024-01-31, account 6200", Decimal("10.00")),
    )


def test_the_journal_line_leads_up_to_the_customer(connection: duckdb.DuckDBPyConnection) -> None:
    levels = trace(connection, "E1", 1)
    assert [(level.title, level.total, level.difference) for level in levels[1:]] == [
        ("cost center stock, personnel, paid", Decimal("10.00"), Decimal(0)),
        ("activity make, personnel, paid", Decimal("10.00"), Decimal(0)),
        ("process design, personnel, paid", Decimal("7.00"), Decimal(0)),
        ("product chair of process design, personnel, paid", Decimal("7.00"), Decimal(0)),
    ]
    assert levels[-1].parts == (
        Part("customer C1", "75.0 %", Decimal("5.00")),
        Part("customer C2", "25.0 %", Decimal("2.00")),
    )
