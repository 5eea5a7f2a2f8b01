"""What a month's sign-off sheet shows: result, trial balance, variances, unassigned, rejected rows.

Figures come from the marts as they are; nothing is computed here.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from orchestration.ops.exits import BadInputError
from orchestration.reports.published import (
    fingerprint,
    functional_currency,
    month_of,
    months_of_books,
)


@dataclass(frozen=True, slots=True)
class Month:
    """The figures of a month; each row is in the order of its query."""

    month: date
    fiscal: str
    currency: str
    fingerprint: str
    terms: tuple[tuple[str, Decimal], ...]
    unassigned_term: Decimal
    variance_lines: Decimal
    balances: tuple[tuple[Any, ...], ...]
    variances: tuple[tuple[Any, ...], ...]
    unassigned: tuple[tuple[Any, ...], ...]
    rejected: tuple[tuple[Any, ...], ...]


_TERMS = """
    select term_name, amount from marts.rpt_company_result_monthly where month = ?
    order by sort_order
"""
_UNASSIGNED_TERM = """
    select amount from marts.rpt_company_result_monthly
    where month = ? and term_id = 'unassigned'
"""
_VARIANCE_LINES = """
    select coalesce(sum(amount), 0) from marts.fct_contribution_lines_monthly
    where month = ? and starts_with(line_id, 'variance_')
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
# A rejected row has no date that could be trusted: all of the run are shown.
_REJECTED = """
    select
        table_name, reason_id, count(*), sum(rejected_amount),
        any_value(description), any_value(remedy)
    from governance.rpt_rejected_rows
    group by table_name, reason_id
    order by table_name, reason_id
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
        "select fiscal_year, fiscal_period from core.dim_months where month = ?", [month]
    ).fetchone()

    def rows(query: str, *values: object) -> tuple[tuple[Any, ...], ...]:
        return tuple(connection.execute(query, list(values)).fetchall())

    def amount(query: str) -> Decimal:
        found = rows(query, month)
        return Decimal(found[0][0]) if found else Decimal(0)

    return Month(
        month=month,
        fiscal=f"fiscal year {fiscal[0]}, period {fiscal[1]}" if fiscal else "",
        currency=functional_currency(connection),
        fingerprint=fingerprint(connection, month),
        terms=tuple((str(name), Decimal(value)) for name, value in rows(_TERMS, month)),
        unassigned_term=amount(_UNASSIGNED_TERM),
        variance_lines=amount(_VARIANCE_LINES),
        balances=rows(_BALANCES, month),
        variances=rows(_VARIANCES, month),
        unassigned=rows(_UNASSIGNED, month),
        rejected=rows(_REJECTED),
    )
