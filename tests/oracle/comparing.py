"""The oracle's answer beside the warehouse's, row by row, no tolerance."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb

from tests.oracle.company import Company
from tests.oracle.statements import Statements

Answer = dict[tuple[Any, ...], Fraction]

QUERIES = {
    "contribution line": """
        select object_level, object_id, month, line_id, sum(amount)
        from marts.fct_contribution_lines_monthly group by all
    """,
    "allocation edge": """
        select
            month, stage, pool_id, coalesce(process_id, ''), cost_category, is_cash_effective,
            receiver_type, receiver_id, coalesce(reason, ''), sum(amount)
        from marts.fct_cost_assignments group by all
    """,
    "process figure": """
        unpivot (
            select
                process_id, month, process_cost_amount as cost, charged_amount as charged,
                unused_capacity_cost_amount as unused, spending_variance_amount as spending,
                unassigned_amount as unassigned,
                cast(actual_quantity as decimal(18, 4)) as quantity
            from (
                select
                    * replace (
                        cast(process_cost_amount as decimal(20, 4)) as process_cost_amount,
                        cast(charged_amount as decimal(20, 4)) as charged_amount,
                        cast(unused_capacity_cost_amount as decimal(20, 4))
                            as unused_capacity_cost_amount,
                        cast(spending_variance_amount as decimal(20, 4))
                            as spending_variance_amount,
                        cast(unassigned_amount as decimal(20, 4)) as unassigned_amount,
                        cast(actual_quantity as decimal(20, 4)) as actual_quantity
                    )
                from marts.fct_process_cost_rates_monthly
            )
        ) on cost, charged, unused, spending, unassigned, quantity
    """,
    "company result": """
        select month, sum(amount) from marts.rpt_company_result_monthly
        group by month
    """,
}


def answers(connection: duckdb.DuckDBPyConnection) -> dict[str, Answer]:
    """Return what the warehouse says, by question and key.

    A figure of zero says nothing; a contribution line of zero must not be there.
    """
    return {
        question: {
            tuple(key): _exact(amount)
            for *key, amount in connection.execute(query).fetchall()
            if amount or question == "contribution line"
        }
        for question, query in QUERIES.items()
    }


def _exact(value: Any) -> Fraction:
    if not isinstance(value, Decimal):
        raise TypeError(f"{value!r} is no exact number")
    return Fraction(value)


def expectations(company: Company) -> dict[str, Answer]:
    """Return what the oracle says, by question and key."""
    oracle = Statements(company)
    edges: Answer = {}
    for edge in oracle.edges:
        key = (
            edge.pool.kind.month,
            edge.stage,
            edge.pool.owner,
            edge.pool.owner if edge.stage == "process_to_object" else edge.pool.process_id,
            edge.pool.kind.category,
            edge.pool.kind.is_cash,
            *edge.receiver,
            edge.reason,
        )
        edges[key] = edges.get(key, Fraction()) + edge.amount
    figures: Answer = {
        (process_id, month, figure): amount
        for (process_id, month), found in oracle.rates.items()
        for figure, amount in found.items()
        if amount
    }
    results: Answer = {(month,): amount for month, amount in oracle.result.items()}
    return {
        "contribution line": dict(oracle.lines_monthly),
        "allocation edge": {key: amount for key, amount in edges.items() if amount},
        "process figure": figures,
        "company result": results,
    }


def differences(
    expected: Mapping[str, Answer], found: Mapping[str, Answer], left: str = "oracle"
) -> list[str]:
    """Return one line for each key on which two answers differ."""
    lines = []
    for question in expected:
        ours, theirs = expected[question], found[question]
        for key in sorted({*ours, *theirs}, key=str):
            if ours.get(key) != theirs.get(key):
                shown = ", ".join(_shown(part) for part in key)
                lines.append(
                    f"{question} {shown}: {left} {_amount(ours.get(key))}, "
                    f"warehouse {_amount(theirs.get(key))}"
                )
    return lines


def _shown(part: Any) -> str:
    return part.isoformat() if isinstance(part, date) else str(part)


def _amount(value: Fraction | None) -> str:
    return "nothing" if value is None else f"{float(value):,.4f}".rstrip("0").rstrip(".")
