"""Headers: compared by name, in any order; what is missing or unknown stops the load."""

import pytest

from tests.python.landing.company import GOOD, Company


def test_columns_may_stand_in_any_order(company: Company) -> None:
    company.land()
    in_order = company.rows("order_lines")
    lines = [",".join(reversed(line.split(","))) for line in GOOD["order_lines"]]
    company.write("order_lines", lines)
    assert company.errors() == []
    assert company.rows("order_lines") == in_order


def test_a_missing_column_stops_the_load_and_a_near_name_is_offered(company: Company) -> None:
    company.write("orders", ["order_id,customer_id,orderd_on,currency_code"])
    missing, unknown = company.errors()
    assert missing == ("orders: orders.csv: a column ordered_on: none; did orderd_on mean it?")
    assert unknown == "orders: orders.csv: only the declared columns: a column 'orderd_on'"
    assert not company.landing.exists()


@pytest.mark.parametrize(("separator", "found"), [(";", "';'"), ("\t", "tabs"), ("|", "'|'")])
def test_another_separator_than_commas_is_named(
    company: Company, separator: str, found: str
) -> None:
    company.write("orders", [line.replace(",", separator) for line in GOOD["orders"]])
    (error,) = company.errors()
    assert error == (
        "orders: orders.csv: a header line in UTF-8, separated by commas: "
        f"one separated by {found}"
    )


def test_an_unknown_column_stops_the_load(company: Company) -> None:
    company.write("orders", [f"{line},x" for line in GOOD["orders"]])
    (error,) = company.errors()
    assert error == "orders: orders.csv: only the declared columns: a column 'x'"


def test_a_column_without_a_name_stops_the_load(company: Company) -> None:
    company.write("orders", [f"{line}," for line in GOOD["orders"]])
    (error,) = company.errors()
    assert error.endswith("a column without a name")


def test_a_column_twice_stops_the_load(company: Company) -> None:
    company.write("products", ["product_id,product_name,product_category,product_id"])
    (error,) = company.errors()
    assert error == "products: products.csv: each column once: 'product_id' 2 times"


def test_headers_are_compared_in_parquet_too(company: Company) -> None:
    company.write_parquet(
        "products", "select 'P1' as product_id, 'a' as name, 'b' as product_category"
    )
    missing, unknown = company.errors()
    assert missing.startswith("products: products.parquet: a column product_name: none")
    assert unknown.endswith("a column 'name'")


def test_a_column_of_no_plain_type_stops_the_load(company: Company) -> None:
    company.write_parquet(
        "products",
        "select ['P1'] as product_id, 'a'::blob as product_name, 'b' as product_category",
    )
    first, second = company.errors()
    assert first.endswith("a plain value in column product_id: the type VARCHAR[]")
    assert second.endswith("a plain value in column product_name: the type BLOB")


def test_optional_columns_may_be_there(company: Company) -> None:
    header, *lines = GOOD["orders"]
    company.write(
        "orders",
        [
            f"{header},shipped_on,recorded_at",
            f"{lines[0]},2024-01-07,2024-01-07T10:11:12Z",
            f"{lines[1]},,",
        ],
    )
    assert company.errors() == []
    first, second = company.rows("orders", "order_id, shipped_on::varchar, recorded_at::varchar")
    assert first == ("O1", "2024-01-07", "2024-01-07 10:11:12")
    assert second == ("O2", None, None)


def test_byte_order_mark_and_windows_line_ends_are_tolerated(company: Company) -> None:
    company.land()
    plain = company.rows("orders")
    content = b"\xef\xbb\xbf" + "\r\n".join(GOOD["orders"]).encode() + b"\r\n"
    (company.extracts / "orders.csv").write_bytes(content)
    assert company.errors() == []
    assert company.rows("orders") == plain


def test_a_header_that_is_no_utf8_stops_the_load(company: Company) -> None:
    company.write("orders", [b"order_id,\xff\xfe"])
    (error,) = company.errors()
    assert error.endswith("a header line that can't be read")
