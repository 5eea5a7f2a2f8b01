"""The ledger balances and ties to the documents, recomputed in SQL from the files alone.

What is left over must be what `demo/incidents.py` and `demo/manual.py` leave over, to the cent.
"""

from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

Connection = duckdb.DuckDBPyConnection

RATES = """
create table rates as
with closing as (
    select currency_code, rate_on::date as rate_on, rate::decimal(24, 12) as rate,
        lead(rate_on::date) over (partition by currency_code order by rate_on) as next_on
    from fx_rates where rate_type = 'closing'
)
select currency_code, day::date as day, rate
from closing, generate_series(rate_on, coalesce(next_on, rate_on + 8) - 1, interval 1 day) as t(day)
union all
select 'EUR', day::date, 1
from generate_series(date '2022-12-01', date '2026-01-05', interval 1 day) as t(day);
create macro eur(amount, rate) as
    (amount::decimal(17, 2) * rate::decimal(20, 12))::decimal(18, 2);
create table typed_orders as
select order_id, ordered_on::date as ordered_on, shipped_on::date as shipped_on, currency_code
from orders;
create table lines as
select lines.*, ordered_on, rates.rate, o.currency_code,
    coalesce(recognised_on::date, shipped_on, ordered_on) as counts_on,
    quantity::decimal(18, 4) < 0 as is_return
from (select * from order_lines union all by name select * from typed_lines) as lines
join typed_orders as o using (order_id)
join rates on rates.currency_code = o.currency_code
    and rates.day = coalesce(recognised_on::date, shipped_on, ordered_on);
create table costed as
select lines.*, cost.*,
    case when is_return
        then coalesce(restocked_quantity::decimal(18, 4), -quantity::decimal(18, 4))
        else quantity::decimal(18, 4) end as cost_quantity
from lines
left join typed_orders as origin on origin.order_id = lines.returned_order_id
asof left join (
    select product_id as costed_product, valid_from::date as valid_from,
        standard_material_cost::decimal(18, 6) as material,
        standard_production_cost::decimal(18, 6) as production,
        standard_distribution_cost::decimal(18, 6) as distribution
    from product_costs
) as cost on cost.costed_product = lines.product_id
    and coalesce(origin.ordered_on, lines.ordered_on) >= cost.valid_from;
create macro cost_of(quantity, unit) as coalesce((quantity * unit)::decimal(18, 2), 0);
create table documents as
select 'gross_sales' as component, date_trunc('month', counts_on) as month,
    -eur(gross_amount, rate) as amount from lines where not is_return
union all select 'discount', date_trunc('month', counts_on), eur(discount_amount, rate)
from lines where not is_return
union all select 'return', date_trunc('month', counts_on),
    -eur(gross_amount, rate) + eur(discount_amount, rate) from lines where is_return
union all select 'customization', date_trunc('month', counts_on),
    eur(customization_cost_amount, rate) from lines where customization_cost_amount is not null
union all select 'standard_material', date_trunc('month', counts_on),
    cost_of(cost_quantity, material) from costed where not is_return
union all select 'standard_production', date_trunc('month', counts_on),
    cost_of(cost_quantity, production) from costed where not is_return
union all select 'standard_distribution', date_trunc('month', counts_on),
    cost_of(cost_quantity, distribution) from costed where not is_return
union all select 'restocked_goods', date_trunc('month', counts_on),
    -cost_of(cost_quantity, material) - cost_of(cost_quantity, production)
from costed where is_return
union all select 'order_cost:' || cost_type, date_trunc('month', incurred_on::date),
    eur(amount, rate)
from order_costs join rates using (currency_code) where day = incurred_on::date
union all
select 'cash_discount', date_trunc('month', paid_on::date), granted
    - case when invoices.amount::decimal(18, 2) = 0 then 0
        else (((2 * granted * 100)::hugeint * (tax_amount::decimal(18, 2) * 100)::hugeint
            + (invoices.amount::decimal(18, 2) * 100)::hugeint)
            // (2 * (invoices.amount::decimal(18, 2) * 100)::hugeint)) * 0.01 end
from (
    select *, eur(cash_discount_amount, rate) as granted
    from payments join rates using (currency_code)
    where day = paid_on::date and cash_discount_amount is not null
) as paid join invoices using (invoice_id);
create table posted as
select case account_id
        when '4000' then 'gross_sales' when '4010' then 'gross_sales'
        when '4020' then 'gross_sales' when '4100' then 'discount' when '4200' then 'return'
        when '4300' then 'cash_discount' when '5000' then 'standard_material'
        when '5010' then 'standard_production' when '5020' then 'standard_distribution'
        when '5050' then 'customization' when '5090' then 'restocked_goods'
        when '5100' then 'order_cost:freight' when '5110' then 'order_cost:packaging'
        when '5120' then 'order_cost:payment_fee' when '5130' then 'order_cost:tender'
    end as component,
    date_trunc('month', posted_on::date) as month, amount::decimal(18, 2) as amount
from ledger_entries;
"""


@pytest.fixture(scope="module")
def tied(books: Connection) -> Iterator[Connection]:
    books.execute(RATES)
    yield books


def differences(tied: Connection) -> dict[tuple[str, str], Decimal]:
    rows = tied.execute(
        """
        select component, strftime(month, '%Y-%m'), sum(amount)
        from (
            select * from posted
            union all select component, month, -amount from documents
        ) where component is not null
        group by all having sum(amount) <> 0
        """
    ).fetchall()
    return {(component, month): amount for component, month, amount in rows}


def test_every_entry_balances(books: Connection) -> None:
    unbalanced = books.execute(
        "select entry_id from ledger_entries group by entry_id "
        "having sum(amount::decimal(18, 2)) <> 0"
    ).fetchall()
    assert unbalanced == []
    assert books.execute("select count(*) > 1000 from ledger_entries").fetchone() == (True,)


def test_every_document_is_translated(tied: Connection) -> None:
    counts = tied.execute(
        "select (select count(*) from lines), "
        "(select count(*) from order_lines) + (select count(*) from typed_lines)"
    ).fetchone()
    assert counts is not None and counts[0] == counts[1] > 15_000


def test_deductions_and_costs_tie_but_for_the_incidents(tied: Connection) -> None:
    found = differences(tied)
    exact = {"return", "customization", "restocked_goods", "cash_discount",
             "order_cost:payment_fee", "order_cost:tender"}  # fmt: skip
    assert {key for key in found if key[0] in exact} == set()
    # Two orders are posted in the month after their delivery.
    for component in ("gross_sales", "discount", "standard_production", "standard_distribution"):
        months = {month for name, month in found if name == component}
        assert months == {"2024-03", "2024-04", "2025-06", "2025-07"}, component
        assert sum(amount for key, amount in found.items() if key[0] == component) == 0
    freight = {month: amount for (name, month), amount in found.items() if name.endswith("freight")}
    assert freight == {
        "2023-05": Decimal("58.20"),
        "2023-10": Decimal("12.35"),
        "2024-03": Decimal("55.40"),
        "2024-04": Decimal("85.00"),
        "2025-06": Decimal("12.50"),
    }


def test_material_differs_only_where_actual_cost_is_posted(tied: Connection) -> None:
    found = differences(tied)
    total = sum(amount for (name, _), amount in found.items() if name == "standard_material")
    actual = tied.execute(
        "select sum(amount::decimal(18, 2)) from ledger_entries where account_id = '5000' "
        "and entry_id like 'ACT-%'"
    ).fetchone()
    standard = tied.execute(
        """
        select sum(cost_of(cost_quantity, material)) from costed
        where not is_return and (
            (product_id = 'P00002' and order_id not like '%-9_')
            or order_id in ('SO-2310-0000015-92', 'SO-2504-0000018-93')
        )
        """
    ).fetchone()
    assert actual is not None and standard is not None
    assert total == actual[0] - standard[0] != 0


def balance(tied: Connection, account: str) -> Decimal:
    row = tied.execute(
        "select sum(amount) from (select account_id, amount::decimal(18, 2) as amount "
        "from ledger_entries union all select account_id, amount::decimal(18, 2) "
        f"from opening_balances) where account_id = '{account}'"
    ).fetchone()
    return Decimal(row[0]) if row and row[0] is not None else Decimal(0)


def test_receivables_are_the_open_items_at_the_rate_of_their_invoice(tied: Connection) -> None:
    row = tied.execute(
        """
        with bills as (
            select invoice_id, credited_invoice_id, kind,
                amount::decimal(18, 2) as amount, rate
            from invoices join rates using (currency_code) where day = issued_on::date
            union all
            select invoice_id, null, 'invoice', open_amount::decimal(18, 2), 1 from opening_items
        ), settled as (
            select invoice_id, amount::decimal(18, 2)
                + coalesce(cash_discount_amount::decimal(18, 2), 0) as amount
            from payments where invoice_id is not null
            union all select invoice_id, amount::decimal(18, 2) from payment_allocations
            union all select invoice_id, amount::decimal(18, 2) from write_offs
        ), sums as (
            select invoice_id, sum(amount) as paid from settled group by all
        ), open as (
            select bills.*, coalesce(paid, 0) as paid from bills left join sums using (invoice_id)
        ), netted as (
            select one.amount, one.paid, one.rate, note.amount as note_amount,
                note.paid as note_paid, note.rate as note_rate
            from open as one
            left join open as note on note.credited_invoice_id = one.invoice_id
            where one.kind = 'invoice'
        )
        select sum(case
            when note_amount is null then eur(amount - paid, rate)
            when paid >= amount then eur(0, rate) - eur(note_amount + note_paid, note_rate)
            when paid = 0 then eur(amount, rate) - eur(note_amount, note_rate)
            when amount - paid = note_amount then 0
            else null
        end), count(*) filter (where note_amount is not null and paid > 0 and paid < amount
            and amount - paid <> note_amount)
        from netted
        """
    ).fetchone()
    assert row == (balance(tied, "1200"), 0)


def test_nothing_stays_deferred_or_deposited_after_the_last_day(tied: Connection) -> None:
    assert balance(tied, "3500") == 0
    assert balance(tied, "3200") == 0
    peak = tied.execute(
        "select min(total) from (select sum(sum(amount::decimal(18, 2))) "
        "over (order by posted_on) as total from ledger_entries where account_id = '3500' "
        "group by posted_on)"
    ).fetchone()
    assert peak is not None and peak[0] < -10_000


def test_opening_balances_and_items_tie(tied: Connection) -> None:
    row = tied.execute(
        "select (select sum(amount::decimal(18, 2)) from opening_balances), "
        "(select sum(open_amount::decimal(18, 2)) from opening_items), "
        "(select amount::decimal(18, 2) from opening_balances where account_id = '1200')"
    ).fetchone()
    assert row is not None
    assert row[0] == 0
    assert row[1] == row[2] > 0


def test_payables_are_the_unpaid_supplier_documents(tied: Connection) -> None:
    row = tied.execute(
        "select sum(case kind when 'invoice' then -1 when 'pro_forma' then 0 else 1 end "
        "* amount::decimal(18, 2)) from supplier_documents"
    ).fetchone()
    assert row is not None and row[0] == balance(tied, "3300") < 0


def test_a_prepayment_to_a_supplier_waits_for_its_bill(tied: Connection) -> None:
    rows = tied.execute(
        "select left(posted_on, 7), sum(amount::decimal(18, 2)) from ledger_entries "
        "where account_id = '1400' group by all order by all"
    ).fetchall()
    paid = tied.execute(
        "select left(dated_on, 7), amount::decimal(18, 2) from supplier_documents "
        "where kind = 'prepayment'"
    ).fetchall()
    assert paid == rows[:1]
    assert [amount for _, amount in rows] == [paid[0][1], -paid[0][1]]
