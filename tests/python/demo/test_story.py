"""The customers behave as their archetypes say, and the systems speak of them as they should."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

Connection = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def story(books: Connection, extracts: Path) -> Iterator[Connection]:
    folder = extracts.parent / "truth"
    books.execute(
        f"create or replace view archetypes as from read_csv('{folder}/archetypes/*.csv');"
        f"create or replace view true_tags as from read_csv('{folder}/tags/*.csv')"
    )
    yield books


def one(story: Connection, query: str) -> tuple[object, ...]:
    row = story.execute(query).fetchone()
    assert row is not None
    return row


def test_five_percent_are_hand_held_and_order_small_and_often(story: Connection) -> None:
    shares = dict(
        story.execute(
            "select archetype, count(*) / sum(count(*)) over () from archetypes group by archetype"
        ).fetchall()
    )
    assert shares["hand_held"] == 0.05
    assert shares["loyal"] == 0.10
    sizes = dict(
        story.execute(
            "select archetype, sum(gross_amount::decimal(18, 2)) / count(distinct order_id) "
            "from orders join order_lines using (order_id) join archetypes using (customer_id) "
            "where quantity::decimal(18, 4) > 0 group by archetype"
        ).fetchall()
    )
    assert sizes["hand_held"] < sizes["loyal"] / 2


def test_bargain_hunters_buy_in_the_flash_sale_and_never_return(story: Connection) -> None:
    assert one(
        story,
        "select count(distinct promotion_id), bool_and(promotion_id = 'FLASH-2023-11'), "
        "max(ordered_on) <= '2023-11-30', count(*) = count(distinct customer_id) "
        "from orders join archetypes using (customer_id) "
        "where archetype = 'hunter' and order_id not like 'RT-%'",
    ) == (1, True, True, True)


def test_subscriptions_are_recognised_month_by_month(story: Connection) -> None:
    assert one(
        story,
        "select count(*) > 500, bool_and(recognised_on = service_to), "
        "bool_and(service_to::date = last_day(service_from::date)), "
        "count(*) filter (where left(recognised_on, 7) > left(ordered_on, 7)) > 200 "
        "from order_lines join orders using (order_id) where order_id like 'SU-%'",
    ) == (True, True, True, True)
    assert one(
        story,
        "select count(*) from subscriptions anti join orders using (customer_id)",
    ) == (0,)


def test_returns_name_a_line_that_was_sold(story: Connection) -> None:
    assert (
        one(
            story,
            """
        select count(*) > 300, count(origin.order_id) = count(*),
            bool_and(-back.quantity::decimal(18, 4) <= origin.quantity::decimal(18, 4)),
            bool_and(-back.gross_amount::decimal(18, 2) <= origin.gross_amount::decimal(18, 2)),
            count(*) filter (where back.restocked_quantity is null) > 20,
            count(*) filter (where back.restocked_quantity::decimal(18, 4) = 0) > 20,
            count(*) filter (where back.restocked_quantity::decimal(18, 4) > 0
                and -back.quantity::decimal(18, 4) > back.restocked_quantity::decimal(18, 4)) > 20
        from order_lines as back
        left join order_lines as origin
            on origin.order_id = back.returned_order_id
            and origin.line_number = back.returned_line_number
            and origin.product_id = back.product_id
        where back.quantity::decimal(18, 4) < 0
        """,
        )
        == (True,) * 7
    )


def test_every_way_to_pay_occurs(story: Connection) -> None:
    assert (
        one(
            story,
            "select count(*) filter (where cash_discount_amount is not null) > 50, "
            "count(*) filter (where invoice_id is null) > 50, "
            "count(*) filter (where amount::decimal(18, 2) < 0) > 50, "
            "count(distinct currency_code) = 3 from payments",
        )
        == (True,) * 4
    )
    assert one(
        story,
        "select count(*) filter (where applied_on > paid_on) > 50, "
        "count(*) filter (where applied_on = paid_on) > 50, "
        "count(*) filter (where applied_on < paid_on) "
        "from payment_allocations join payments using (payment_id)",
    ) == (True, True, 0)
    assert (
        one(
            story,
            "select (select count(*) from write_offs) > 3, "
            "(select count(*) from invoice_lines) > 100, "
            "(select count(*) from invoices join payments using (invoice_id) "
            "where paid_on::date > due_on::date + 30) > 200",
        )
        == (True,) * 3
    )


def test_invoice_lines_sum_to_their_invoice_and_bill_an_order_once(story: Connection) -> None:
    assert one(
        story,
        "select count(*) from (select invoice_id, sum(amount::decimal(18, 2)) as billed "
        "from invoice_lines group by all) join invoices using (invoice_id) "
        "where billed <> amount::decimal(18, 2) or order_id is not null",
    ) == (0,)


def test_every_required_tag_is_there_from_acquisition_on(story: Connection) -> None:
    known = (
        "select column0 as spelling from (values ('enterprise'), ('large enterprise'), ('ent'), "
        "('mid_market'), ('mid-market'), ('mid market'), ('mm'), ('smb'), ('small business'), "
        "('small'), ('dach'), ('western_europe'), ('united_kingdom'), ('north_america')) "
        "as t(column0)"
    )
    assert one(
        story,
        f"""
        with known as ({known})
        select count(*) from customers cross join (values ('size'), ('region')) as s(scheme)
        where not exists (
            select 1 from customer_tags as tag join known on lower(trim(tag_value)) = spelling
            where tag.customer_id = customers.customer_id and tag.tag_scheme = scheme
                and tag.valid_from <= acquired_on
        )
        """,
    ) == (0,)
    typos, conflicts, total = one(
        story,
        f"""
        with known as ({known}), spelled as (
            select customer_id, tag_scheme, valid_from, source_system,
                case lower(trim(tag_value)) when 'ent' then 'enterprise'
                    when 'large enterprise' then 'enterprise' when 'mm' then 'mid_market'
                    when 'mid market' then 'mid_market' when 'mid-market' then 'mid_market'
                    when 'small' then 'smb' when 'small business' then 'smb'
                    else lower(trim(tag_value)) end as tag_value,
                lower(trim(tag_value)) in (select spelling from known) as is_known
            from customer_tags where tag_scheme in ('size', 'region')
        )
        select count(*) filter (where not is_known),
            (select count(*) from (select customer_id from spelled where is_known
                group by customer_id, tag_scheme, valid_from
                having count(distinct tag_value) > 1)),
            count(*)
        from spelled
        """,
    )
    assert isinstance(typos, int) and isinstance(conflicts, int) and isinstance(total, int)
    assert 3 <= typos < total * 0.05
    assert 6 <= conflicts < 600 * 2 * 0.05


def test_the_first_customer_is_enterprise_to_one_and_smb_to_the_other(story: Connection) -> None:
    claims = story.execute(
        "select source_system, lower(tag_value) from customer_tags "
        "where customer_id = 'C0000001' and tag_scheme = 'size' order by source_system"
    ).fetchall()
    assert claims == [("crm", "enterprise"), ("erp", "smb")]
    assert one(
        story,
        "select tag_value from true_tags where customer_id = 'C0000001' and tag_scheme = 'size'",
    ) == ("enterprise",)


def test_merged_customers_stop_ordering_and_parents_exist(story: Connection) -> None:
    assert one(
        story,
        "select count(*) > 2, count(*) filter (where ordered_on > merged_on "
        "and order_id not like 'RT-%') from customer_merges "
        "join orders on orders.customer_id = merged_customer_id",
    ) == (True, 0)
    assert one(
        story,
        "select count(*) > 5, count(parent.customer_id) = count(*) from customers as child "
        "left join customers as parent on parent.customer_id = child.parent_customer_id "
        "where child.parent_customer_id is not null",
    ) == (True, True)
