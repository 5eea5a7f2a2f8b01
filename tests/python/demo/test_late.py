"""What came after its month was closed is what `demo/late.py` names, and nothing else."""

from pathlib import Path

import duckdb

from demo.late import LATE

CLOSED = Path(__file__).parents[3] / "seeds" / "demo" / "closed_months.csv"

# The id of what is delivered with `recorded_at`, and the date that decides its month.
RECORDED = """
    select entry_id as id, posted_on as economic_on, recorded_at from ledger_entries
    union all
    select lines.order_id, coalesce(lines.recognised_on, orders.shipped_on, orders.ordered_on),
        lines.recorded_at
    from (select * from order_lines union all by name select * from typed_lines) as lines
    inner join orders on lines.order_id = orders.order_id
    union all
    select order_id, ordered_on, recorded_at from orders
    union all
    select invoice_id, issued_on, recorded_at from invoices
    union all
    select payment_id, paid_on, recorded_at from payments
    union all
    select event_id, occurred_on, recorded_at from activity_events
"""


def test_only_what_is_named_came_after_the_closing(books: duckdb.DuckDBPyConnection) -> None:
    late = books.execute(
        f"""
        select distinct id, left(recorded_at, 10)
        from ({RECORDED})
        inner join read_csv('{CLOSED}') as closings
            on left(economic_on, 7) = strftime(closings.month, '%Y-%m')
        where left(recorded_at, 10)::date >= closings.closed_on
        """
    ).fetchall()
    assert dict(late) == LATE


def test_all_months_but_the_last_are_closed_ten_days_later() -> None:
    months = duckdb.execute(
        f"select count(*), min(month)::text, max(month)::text, "
        f"bool_and(closed_on = month + interval 1 month + interval 9 day) "
        f"from read_csv('{CLOSED}')"
    ).fetchone()
    assert months == (35, "2023-01-01", "2025-11-01", True)
