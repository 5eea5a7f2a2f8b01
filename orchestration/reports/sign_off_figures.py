"""What a month's sign-off sheet shows: result, trial balance, variances, unassigned, rows to mend.

Figures come from the marts as they are. What they have to agree with is summed from the tables in
which it arose: documents, spending, and what stopped on the way to an owner.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from orchestration.ops.exits import BadInputError
from orchestration.reports.published import (
    functional_currency,
    month_of,
    months_of_books,
)


@dataclass(frozen=True, slots=True)
class Month:
    """The figures of a month; each row is in the order of its query."""

    month: date
    is_complete: bool
    fiscal: str
    currency: str
    fingerprint: str
    terms: tuple[tuple[str, Decimal], ...]
    documents: Decimal
    spending: Decimal
    stopped: Decimal
    balances: tuple[tuple[Any, ...], ...]
    variances: tuple[tuple[Any, ...], ...]
    unassigned: tuple[tuple[Any, ...], ...]
    breaks: tuple[tuple[Any, ...], ...]
    rejected: tuple[tuple[Any, ...], ...]


_TERMS = """
    select term_name, amount from marts.rpt_company_result_monthly where month = ?
    order by sort_order
"""
# What order lines, order costs and payments hold of the controlled accounts.
_DOCUMENTS = """
    select coalesce(sum(profit_amount), 0) from intermediate.int_contribution__owner_components
    where month = $month
"""
# What processes at standard rates cost beyond them.
_SPENDING = """
    select coalesce(sum(spending_variance_amount), 0) from marts.fct_process_cost_rates_monthly
    where month = $month
"""
# What found no owner where it arose: allocation edges that stopped or led to an order of an unknown
# customer, ledger lines, documents, goods without a standard cost, imputed costs.
_STOPPED = """
    with orders_of_nobody as (
        select order_id from core.fct_orders where customer_key = 0 and customer_id is not null
    )
    select coalesce(sum(amount), 0)
    from (
        select -assignments.amount as amount
        from marts.fct_cost_assignments as assignments
        left join core.dim_processes as processes
            on assignments.pool_type = 'process' and assignments.pool_id = processes.process_id
        where
            assignments.month = $month
            and (
                assignments.receiver_type = 'unassigned'
                or (
                    assignments.receiver_type = 'order'
                    and assignments.receiver_id in (select order_id from orders_of_nobody)
                )
                or (
                    assignments.receiver_type = 'capacity'
                    and processes.unused_capacity_object in (
                        select 'order:' || order_id from orders_of_nobody
                    )
                )
            )
        union all
        select profit_amount as amount
        from intermediate.int_costing__ledger_lines_classified
        where month = $month and object_level = 'unassigned'
        union all
        select profit_amount as amount
        from intermediate.int_contribution__owner_components
        where month = $month and object_level = 'unassigned'
        union all
        select amount
        from intermediate.int_contribution__variances
        where month = $month and variance_kind = 'no_standard_cost'
        union all
        select -monthly_amount as amount
        from intermediate.int_costing__imputed_costs_dated
        where month = $month and route not in ('pool', 'company')
    )
"""
_BALANCES = """
    select
        account_id, account_name, account_type, cost_nature, statement_line_id,
        opening_balance_amount, debit_amount, credit_amount, closing_balance_amount,
        year_to_date_amount, profit_amount
    from governance.rpt_trial_balance_monthly
    where month = ?
    order by account_id
"""
_VARIANCES = """
    select
        source_id, variance_kind, account_ids, ledger_amount, subledger_amount, unassigned_amount,
        amount, description, remedy
    from governance.rpt_variances_monthly
    where month = ?
    order by source_type, source_id, variance_kind
"""
_UNASSIGNED = """
    select reason_id, source_type, source_id, line_id, amount, description, remedy
    from governance.rpt_unassigned_monthly
    where month = ?
    order by reason_id, source_type, source_id, line_id
"""
_BREAKS = """
    select reason_id, document_id, line_number, amount, description, remedy
    from governance.rpt_reconciliation_breaks
    where month = ?
    order by reason_id, document_id, line_number
"""
# A rejected row has no date that could be trusted: all of the run are shown. Its amount is in the
# currency of its row, which is empty where it could not be read.
_REJECTED = """
    select
        source_system, table_name, reason_id, currency_code, count(*), sum(rejected_amount),
        any_value(description), any_value(remedy)
    from governance.rpt_rejected_rows
    group by source_system, table_name, reason_id, currency_code
    order by source_system, table_name, reason_id, currency_code
"""


def figures_of_month(connection: duckdb.DuckDBPyConnection, asked: str) -> Month:
    """Return the figures of a month given as YYYY-MM.

    Raises ``BadInputError`` if it is none or not in the books.
    """
    month = month_of("MONTH", asked)
    books = months_of_books(connection)
    if month not in books:
        raise BadInputError(
            f"MONTH: {asked} is not in the books, which hold {books[0]:%Y-%m} to {books[-1]:%Y-%m}"
        )
    fiscal = connection.execute(
        "select fiscal_year, fiscal_period, is_complete from core.dim_months where month = ?",
        [month],
    ).fetchone()

    def rows(query: str, *values: object) -> tuple[tuple[Any, ...], ...]:
        return tuple(connection.execute(query, list(values)).fetchall())

    def amount(query: str) -> Decimal:
        found = connection.execute(query, {"month": month}).fetchone()
        return Decimal(found[0]) if found else Decimal(0)

    return Month(
        month=month,
        is_complete=bool(fiscal and fiscal[2]),
        fiscal=f"fiscal year {fiscal[0]}, period {fiscal[1]}" if fiscal else "",
        currency=functional_currency(connection),
        fingerprint=fingerprint(connection, month),
        terms=tuple((str(name), Decimal(value)) for name, value in rows(_TERMS, month)),
        documents=amount(_DOCUMENTS),
        spending=amount(_SPENDING),
        stopped=amount(_STOPPED),
        balances=rows(_BALANCES, month),
        variances=rows(_VARIANCES, month),
        unassigned=rows(_UNASSIGNED, month),
        breaks=rows(_BREAKS, month),
        rejected=rows(_REJECTED),
    )


def fingerprint(connection: duckdb.DuckDBPyConnection, month: date) -> str:
    """Return a SHA-256 of all postings and of the trial balance of a month.

    The same figures give the same fingerprint, whatever run computed them: a month that was
    signed off has not changed as long as its fingerprint is the same.
    """
    digest = hashlib.sha256()
    for query in (
        "select object_level, object_id, line_id, amount from marts.fct_contribution_lines_monthly "
        "where month = ? order by object_level, object_id, object_key, line_id",
        "select account_id, opening_balance_amount, debit_amount, credit_amount, profit_amount "
        "from governance.rpt_trial_balance_monthly where month = ? order by account_id",
    ):
        for row in connection.execute(query, [month]).fetchall():
            digest.update("\x1f".join(map(str, row)).encode() + b"\n")
        digest.update(b"\x1e")
    return digest.hexdigest()
