"""What a night ends with: where the warehouse is and what it says."""

from decimal import Decimal

import duckdb

from orchestration.ops.exits import BadInputError
from orchestration.ops.explain import ask, explain
from orchestration.ops.levels import print_levels
from orchestration.ops.progress import Reporter
from orchestration.publishing.generations import DATABASE, Warehouse

RANKED = 10


def print_summary(warehouse: Warehouse, reporter: Reporter, prefix: str = "") -> None:
    """Print the company's result, its best and worst customers and one figure explained.

    ``prefix`` stands before a command that is shown, so that it asks this warehouse.
    """
    path = warehouse.current / DATABASE
    with duckdb.connect(str(path), read_only=True) as connection:
        _print_result(connection, reporter)
        _print_customers(connection, reporter)
        try:
            question = ask(connection)
        except BadInputError:
            levels = []
        else:
            reporter.line()
            reporter.line(
                f"One figure explained: {prefix}CUSTOMER={question.customer_id} "
                f"MONTH={question.month:%Y-%m} LINE={question.line_id} make explain",
                "bold",
            )
            levels = explain(connection, question)
    print_levels(levels, reporter)
    reporter.line()
    reporter.line(f"Published: {path}", "bold")


def _print_result(connection: duckdb.DuckDBPyConnection, reporter: Reporter) -> None:
    """Print each term of the identity, for all months and for the last one."""
    rows = connection.execute(
        """
        select
            term_name,
            sum(amount),
            sum(amount) filter (where month = (
                select max(month) from marts.rpt_company_result_monthly
            )),
            any_value(currency_code)
        from marts.rpt_company_result_monthly
        group by term_name, sort_order
        order by sort_order
        """
    ).fetchall()
    months = connection.execute(
        "select min(month), max(month) from marts.rpt_company_result_monthly"
    ).fetchone()
    if not rows or months is None:
        return
    total = ["Company result", _money(sum(r[1] for r in rows)), _money(sum(r[2] for r in rows))]
    reporter.line()
    reporter.line(f"Result by term of the identity, {rows[0][3]}", "bold")
    reporter.table(
        ["", f"{months[0]:%Y-%m} to {months[1]:%Y-%m}", f"{months[1]:%Y-%m}"],
        [*([name, _money(whole), _money(last)] for name, whole, last, _ in rows), total],
    )


def _print_customers(connection: duckdb.DuckDBPyConnection, reporter: Reporter) -> None:
    """Print the best and worst customers by contribution II over all months."""
    for title, order in (("Best", "desc"), ("Worst", "asc")):
        rows = connection.execute(
            f"""
            select
                customer_id,
                sum(net_revenue_amount) as net_revenue,
                sum(contribution_1_amount) as contribution_1,
                sum(contribution_2_amount) as contribution_2
            from marts.fct_customer_contribution_monthly
            group by customer_id
            order by contribution_2 {order}, customer_id
            limit {RANKED}
            """
        ).fetchall()
        reporter.line()
        reporter.line(f"{title} customers by contribution II", "bold")
        reporter.table(
            ["", "net revenue", "contribution I", "contribution II"],
            [[customer, *map(_money, amounts)] for customer, *amounts in rows],
        )


def _money(amount: Decimal | int) -> str:
    return f"{amount:,.2f}"
