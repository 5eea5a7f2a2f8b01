"""The same key more than once: counted once, superseded, or rejected."""

import itertools

import pytest

from tests.python.landing.company import GOOD, LENIENT, Company

HEADER = "order_id,customer_id,ordered_on,currency_code,recorded_at"


def version(customer: str, recorded_at: str) -> str:
    """Return a line of order O1 as somebody knew it at some time."""
    return f"O1,{customer},2024-01-05,EUR,{recorded_at}"


def verdicts(company: Company) -> tuple[int, int, int, int]:
    """Land and return landed, rejected, repeated and superseded rows of the orders."""
    result = company.land(LENIENT)
    assert result.is_good, result.findings
    (orders,) = (table for table in result.tables if table.table == "orders")
    counts = (
        orders.landed_rows,
        orders.rejected_rows,
        orders.repeated_rows,
        orders.superseded_rows,
    )
    assert sum(counts) == orders.delivered_rows
    return counts


def test_the_same_row_twice_counts_once(company: Company) -> None:
    company.land()
    once = company.rows("orders")
    company.add("orders", *GOOD["orders"][1:])
    assert verdicts(company) == (2, 0, 2, 0)
    assert company.rows("orders") == once


def test_the_same_file_twice_counts_once_for_every_table(company: Company) -> None:
    company.land()
    once = {table: company.rows(table, "* exclude (_file, _record)") for table in GOOD}
    for table, lines in GOOD.items():
        company.write(table, lines, f"{table}/again.csv")
    assert company.errors() == []
    for table, rows in once.items():
        assert company.rows(table, "* exclude (_file, _record)") == rows, table
    assert len(company.identified("from customers")) == 2


@pytest.mark.parametrize("order", itertools.permutations(range(3)))
def test_the_later_recorded_at_supersedes_in_any_order(
    company: Company, order: tuple[int, ...]
) -> None:
    versions = [
        version("C1", "2024-01-05T00:00:00Z"),
        version("C2", "2024-01-06T00:00:00Z"),
        version("C3", ""),
    ]
    company.write("orders", [HEADER, *(versions[place] for place in order)])
    assert verdicts(company) == (1, 0, 0, 2)
    assert company.rows("orders", "customer_id, recorded_at::varchar") == [
        ("C2", "2024-01-06 00:00:00")
    ]


@pytest.mark.parametrize("recorded_at", ["", "2024-01-05T00:00:00Z"])
def test_different_contents_of_one_time_are_both_rejected(
    company: Company, recorded_at: str
) -> None:
    company.write("orders", [HEADER, version("C1", recorded_at), version("C2", recorded_at)])
    assert verdicts(company) == (0, 2, 0, 0)
    assert [row[:5] for row in company.rejected()] == [
        ("orders", "orders.csv", 1, "conflicting_duplicate", None),
        ("orders", "orders.csv", 2, "conflicting_duplicate", None),
    ]
    assert len(company.identified("from rejected_rows")) == 2


def test_a_conflict_rejects_each_content_once_and_what_it_superseded_is_gone(
    company: Company,
) -> None:
    company.write(
        "orders",
        [
            HEADER,
            version("C1", "2024-01-01T00:00:00Z"),
            version("C2", "2024-01-05T00:00:00Z"),
            version("C3", "2024-01-05T00:00:00Z"),
            version("C3", "2024-01-05T00:00:00Z"),
        ],
    )
    assert verdicts(company) == (0, 2, 1, 1)


def test_a_conflict_that_was_settled_later_is_none(company: Company) -> None:
    company.write(
        "orders",
        [
            HEADER,
            version("C1", "2024-01-05T00:00:00Z"),
            version("C2", "2024-01-05T00:00:00Z"),
            version("C2", "2024-01-06T00:00:00Z"),
        ],
    )
    assert verdicts(company) == (1, 0, 0, 2)
    assert company.rows("orders", "customer_id, recorded_at::varchar") == [
        ("C2", "2024-01-06 00:00:00")
    ]


def test_the_same_content_keeps_the_time_at_which_it_was_first_known(company: Company) -> None:
    company.write(
        "orders",
        [
            HEADER,
            version("C1", "2024-03-01T00:00:00Z"),
            version("C1", "2024-01-05T00:00:00Z"),
            version("C1", "2024-02-01T00:00:00Z"),
        ],
    )
    assert verdicts(company) == (1, 0, 2, 0)
    assert company.rows("orders", "recorded_at::varchar, _record") == [("2024-01-05 00:00:00", 2)]


def test_a_content_that_came_back_was_known_when_it_came_back(company: Company) -> None:
    company.write(
        "orders",
        [
            HEADER,
            version("C1", "2024-01-05T00:00:00Z"),
            version("C2", "2024-02-01T00:00:00Z"),
            version("C1", "2024-03-01T00:00:00Z"),
            version("C1", "2024-04-01T00:00:00Z"),
        ],
    )
    assert verdicts(company) == (1, 0, 1, 2)
    assert company.rows("orders", "customer_id, recorded_at::varchar") == [
        ("C1", "2024-03-01 00:00:00")
    ]


def test_a_name_is_content_too(company: Company) -> None:
    company.add("customers", "C1,Augusta King,ada@example.org,GB,EUR,2024-01-02")
    assert company.errors(LENIENT) == []
    assert [row[0] for row in company.rows("customers", "customer_id")] == ["C2"]
    assert [row[3] for row in company.rejected()] == ["conflicting_duplicate"] * 2


def test_the_later_name_is_the_one_that_is_kept(company: Company) -> None:
    header = "customer_id,customer_name,country_code,currency_code,acquired_on,recorded_at"
    company.write(
        "customers",
        [
            header,
            "C1,Ada Byron,GB,EUR,2024-01-02,2024-01-02T00:00:00Z",
            "C1,Ada Lovelace,GB,EUR,2024-01-02,2024-07-08T00:00:00Z",
        ],
    )
    assert company.errors() == []
    assert company.identified("select customer_id, customer_name from customers") == [
        ("C1", "Ada Lovelace")
    ]


def test_a_table_without_a_key_loses_exact_copies_only(company: Company) -> None:
    company.write(
        "order_costs",
        [
            "order_id,line_number,cost_type,incurred_on,amount,currency_code",
            "O1,,freight,2024-01-05,5.00,EUR",
            "O1,,freight,2024-01-05,5.00,EUR",
            "O1,1,freight,2024-01-05,5.00,EUR",
            "O1,,freight,2024-01-05,6.00,EUR",
        ],
    )
    assert company.errors() == []
    assert company.rows("order_costs", "line_number, amount") == [(1, 5), (None, 5), (None, 6)]


def test_rows_that_are_no_longer_delivered_stay(company: Company) -> None:
    header, first, second = GOOD["orders"]
    company.write("orders", [header, first, second], "orders/2024-01.csv")
    company.write("orders", [header, second], "orders/2024-02.csv")
    (company.extracts / "orders.csv").unlink()
    assert company.errors() == []
    assert [row[0] for row in company.rows("orders", "order_id")] == ["O1", "O2"]
