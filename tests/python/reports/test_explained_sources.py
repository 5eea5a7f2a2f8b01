"""`explain` follows the classification: what feeds a line is looked up, not taken from its name."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from orchestration.ops.explain import Question, explain
from orchestration.ops.levels import Part

JANUARY = date(2024, 1, 1)
# Each line with what the documents, if they are posted, and one entry make of it.
DOCUMENTS = {
    "order_cost": Part("order O1", "2024-01-10, freight", Decimal("-5.00")),
    "discount": Part("order O1 line 1", "1500000000.5 x P1", Decimal("-6.00")),
    "cash_discount": Part("payment Z1", "paid on 2024-01-20", Decimal("-2.00")),
    "standard_material": Part("order O1 line 1", "1500000000.5 x P1", Decimal("-7.00")),
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return January of C1: an order with costs, a payment, no account controlled by either."""
    with duckdb.connect() as connection:
        connection.execute("""
            create schema core; create schema marts; create schema seeds;
            create schema intermediate;
            create table seeds.object_levels as
                select 'customer' as object_level, 'customer_processing' as processing_line_id;
            create table core.dim_customers as select 1 as customer_key, 'C1' as customer_id;
            create table core.fct_orders as
                select 'O1' as order_id, 1 as customer_key, 'C1' as customer_id;
            create table core.dim_processes as select
                'care' as process_id, 'customer' as object_level,
                'company' as unused_capacity_object;
            create table core.fct_order_costs as select
                'O1' as order_id, 1 as customer_key, date '2024-01-01' as month,
                date '2024-01-10' as incurred_on, 'freight' as cost_type,
                5.00::decimal(18, 2) as amount;
            create table core.fct_payments as select
                'Z1' as payment_id, 1 as customer_key, date '2024-01-01' as month,
                date '2024-01-20' as paid_on, 2.38::decimal(18, 2) as cash_discount_amount,
                0.38::decimal(18, 2) as cash_discount_tax_amount;
            create table intermediate.int_contribution__order_lines_costed as select
                'O1' as order_id, 1 as line_number, 1500000000.5 as quantity, 'P1' as product_id,
                'customer' as object_level, 1 as object_key, date '2024-01-01' as month,
                6.00::decimal(18, 2) as discount_amount,
                7.00::decimal(18, 2) as standard_material_amount;
            create table intermediate.int_contribution__components
                (component varchar, profit_sign int);
            create table core.fct_ledger_entries
                (entry_id varchar, line_number int, posted_on date, account_id varchar,
                amount decimal(18, 2));
            create table intermediate.int_costing__ledger_lines_classified
                (entry_id varchar, line_number int, month date, route varchar,
                object_level varchar, object_key int, line_id varchar);
            create table marts.fct_cost_assignments as select
                date '2024-01-01' as month, stage, pool_type, pool_id, process_id, receiver_type,
                receiver_id, 'minutes' as driver_id, 3 as weight, 10 as pool_weight,
                amount::decimal(18, 2) as amount
            from (values
                ('process_to_object', 'process', 'care', 'care', 'customer', 'C1', 9),
                ('activity_to_process', 'activity', 'call', null, 'process', 'care', 9)
            ) as _(stage, pool_type, pool_id, process_id, receiver_type, receiver_id, amount);
            create table marts.fct_process_cost_rates_monthly
                (process_id varchar, month date, practical_capacity_quantity decimal(18, 4),
                actual_quantity decimal(18, 4));
            create table marts.fct_contribution_lines_monthly
                (object_level varchar, object_id varchar, month date, line_id varchar,
                amount decimal(18, 2));
            create table marts.fct_customer_contribution_monthly
                (customer_id varchar, month date, net_revenue_amount decimal(18, 2),
                contribution_1_amount decimal(18, 2), contribution_2_amount decimal(18, 2));
        """)
        yield connection


def post(connection: duckdb.DuckDBPyConnection, line_id: str, amount: str) -> None:
    """Say what the statement has of a line."""
    connection.execute(
        "insert into marts.fct_contribution_lines_monthly "
        "values ('customer', 'C1', '2024-01-01', ?, ?)",
        [line_id, amount],
    )


def book(connection: duckdb.DuckDBPyConnection, line_id: str, route: str = "direct") -> None:
    """Book 3.00 to C1 on an account that feeds a line."""
    connection.execute(
        "insert into core.fct_ledger_entries values ('E1', 1, '2024-01-31', '6100', 3)"
    )
    connection.execute(
        "insert into intermediate.int_costing__ledger_lines_classified "
        "values ('E1', 1, '2024-01-01', ?, 'customer', 1, ?)",
        [route, line_id],
    )


ENTRY = Part("entry E1 line 1", "2024-01-31, account 6100", Decimal("-3.00"))


@pytest.mark.parametrize("line", DOCUMENTS)
def test_a_direct_account_feeds_a_line_that_documents_could(
    connection: duckdb.DuckDBPyConnection, line: str
) -> None:
    book(connection, line)
    post(connection, line, "-3.00")
    (level,) = explain(connection, Question("C1", JANUARY, line))
    assert (level.parts, level.difference) == ((ENTRY,), Decimal(0))


@pytest.mark.parametrize("line", DOCUMENTS)
def test_a_controlled_account_leaves_the_line_to_the_documents(
    connection: duckdb.DuckDBPyConnection, line: str
) -> None:
    component = "order_cost:freight" if line == "order_cost" else line
    connection.execute(
        "insert into intermediate.int_contribution__components values (?, -1)", [component]
    )
    book(connection, line, route="controlled")
    post(connection, line, str(DOCUMENTS[line].amount))
    (level,) = explain(connection, Question("C1", JANUARY, line))
    assert (level.parts, level.difference) == ((DOCUMENTS[line],), Decimal(0))


def test_a_processing_line_may_also_have_an_account(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    book(connection, "customer_processing")
    post(connection, "customer_processing", "-12.00")
    levels = explain(connection, Question("C1", JANUARY, "customer_processing"))
    assert levels[0].parts == (Part("care", "3 of 10 minutes", Decimal("-9.00")), ENTRY)
    assert [level.difference for level in levels] == [Decimal(0)] * 2
    assert levels[1].title == "process care"
