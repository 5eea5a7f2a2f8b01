"""Every line of a real statement leads down to the journal, and each level sums to the cent."""

from decimal import Decimal

import duckdb
import pytest

from orchestration.ops.exits import BadInputError
from orchestration.ops.explain import Question, ask, explain
from orchestration.ops.explain_queries import SUBTOTALS
from orchestration.ops.levels import Level
from orchestration.ops.trace import trace


def test_the_largest_figure_of_each_line_is_explained_to_the_cent(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    figures = connection.execute(
        "select object_id, month, line_id, amount from marts.fct_contribution_lines_monthly "
        "where object_level = 'customer' and object_id is not null "
        "qualify row_number() over (partition by line_id order by abs(amount) desc, object_id, "
        "month) = 1 order by all"
    ).fetchall()
    assert len({line for _, _, line, _ in figures}) >= 7
    for customer, month, line, amount in figures:
        levels = explain(connection, Question(customer, month, line))
        assert levels[0].total == amount
        for level in levels:
            assert level.parts, f"{level.title} consists of nothing"
            assert level.difference == 0, level.title
        if line.endswith("_processing") or line == "caused_unused_capacity":
            assert len(levels) > 1, f"nobody charged {line} of {customer} in {month}"
            assert reaches_journal(levels), f"{levels[-1].title} ends above the journal"


def reaches_journal(levels: list[Level]) -> bool:
    """Return whether the last level shows what was posted."""
    return any(part.name.startswith(("entry ", "imputed ")) for part in levels[-1].parts)


def test_what_a_process_charged_to_a_product_leads_down_to_the_journal(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    # The figure with the largest part by way of a product; what it is followed along is the
    # largest of all its parts.
    edge = connection.execute(
        "select month, receiver_id, pool_id, process_id "
        "from marts.fct_cost_assignments "
        "where stage = 'product_to_owner' and receiver_type = 'customer' "
        "group by all order by sum(amount) desc, month, receiver_id, pool_id, process_id limit 1"
    ).fetchone()
    assert edge is not None
    month, customer, product, process = edge
    levels = explain(connection, Question(customer, month, "product_processing"))
    assert [level.difference for level in levels] == [Decimal(0)] * len(levels)
    assert [level.title for level in levels[1:3]] == [
        f"product {product} of process {process}",
        f"process {process}",
    ]
    assert [part.name for part in levels[1].parts] == [process]
    assert reaches_journal(levels)


def test_a_subtotal_is_what_stands_under_it(connection: duckdb.DuckDBPyConnection) -> None:
    for line in SUBTOTALS:
        question = ask(connection, line=line)
        column = f"{line}_amount"
        lowest = connection.execute(
            f"select customer_id, month, {column} from marts.fct_customer_contribution_monthly "
            f"order by month desc, {column}, customer_id limit 1"
        ).fetchone()
        assert lowest is not None and lowest[:2] == (question.customer_id, question.month)
        (level,) = explain(connection, question)
        assert (level.total, level.difference) == (lowest[2], Decimal(0))
        parents = connection.execute(
            "select distinct parent_line_id from core.dim_statement_lines "
            "where list_contains($lines, line_id)",
            {"lines": [part.name for part in level.parts]},
        ).fetchall()
        assert parents == [(line,)]


def test_a_journal_line_of_each_route_is_followed_to_who_bears_it(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    lines = connection.execute(
        "select entry_id, line_number, route, -profit_amount "
        "from intermediate.int_costing__ledger_lines_classified "
        "qualify row_number() over (partition by route, cost_center_id, cost_category "
        "order by month desc, abs(profit_amount) desc, entry_id, line_number) = 1 order by all"
    ).fetchall()
    assert {route for _, _, route, _ in lines} >= {"pool", "controlled", "company"}
    for entry, number, route, amount in lines:
        levels = trace(connection, entry, number)
        assert levels[0].total == amount
        for level in levels:
            assert level.parts and level.difference == 0, level.title
        assert (len(levels) > 1) == (route == "pool")
        bearer = max(levels[-1].parts, key=lambda part: abs(part.amount)).name
        assert not bearer.startswith(("cost_center ", "activity ", "process ")), bearer


def test_a_journal_line_that_is_not_there_is_told(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(BadInputError, match="no revenue or expense account has line 9"):
        trace(connection, "nowhere", 9)
