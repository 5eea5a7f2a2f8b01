"""Typed Parquet that meets its declaration is used where it lies; any other is written anew."""

import pytest

from orchestration.landing.land import TableResult
from tests.python.landing.company import LENIENT, Company

GOOD_ROW = (
    "select 'I' || i as invoice_id, date '2024-01-01' as written_off_on, "
    "cast(i as decimal(18,2)) as amount, cast(null as timestamp) as recorded_at "
    "from range(3) as n(i)"
)


def land(company: Company) -> TableResult:
    """Land and return what became of the write-offs."""
    result = company.land(LENIENT)
    assert result.is_good, result.findings
    return next(table for table in result.tables if table.table == "write_offs")


def test_a_good_file_is_linked(company: Company) -> None:
    path = company.write_parquet("write_offs", GOOD_ROW)
    result = land(company)
    (link,) = (company.landing / "extracts" / "write_offs").iterdir()
    assert link.is_symlink() and link.resolve() == path.resolve()
    assert (result.is_in_place, result.delivered_rows, result.landed_rows) == (True, 3, 3)
    assert result.bytes == path.stat().st_size


def test_good_files_of_a_folder_are_linked_in_any_order_of_columns(company: Company) -> None:
    company.write_parquet("write_offs", GOOD_ROW, "write_offs/a.parquet")
    company.write_parquet(
        "write_offs",
        f"select amount, recorded_at, 'J' || invoice_id as invoice_id, written_off_on "
        f"from ({GOOD_ROW})",
        "write_offs/b.parquet",
    )
    assert land(company).is_in_place
    assert len(company.rows("write_offs", "invoice_id, written_off_on, amount")) == 6


@pytest.mark.parametrize(
    ("change", "landed"),
    [
        ("* exclude (recorded_at)", 3),
        ("* replace (cast(amount as decimal(18,4)) as amount)", 3),
        ("* replace (cast(amount as double) as amount)", 3),
        ("* replace (cast(written_off_on as timestamp) as written_off_on)", 3),
        ("* replace (case when invoice_id = 'I1' then '' else invoice_id end as invoice_id)", 2),
        ("* replace (nullif(amount, 1) as amount)", 2),
        ("* replace (date 'infinity' as written_off_on)", 0),
        ("* replace (invoice_id || chr(0) as invoice_id)", 0),
        ("* replace ('I' as invoice_id)", 0),
        ("* replace ('I' as invoice_id, 1.00::decimal(18,2) as amount)", 1),
    ],
)
def test_any_other_file_is_written_anew(company: Company, change: str, landed: int) -> None:
    company.write_parquet("write_offs", f"select {change} from ({GOOD_ROW})")
    result = land(company)
    assert (result.is_in_place, result.landed_rows) == (False, landed)
    assert company.types("write_offs") == {
        "invoice_id": "VARCHAR",
        "written_off_on": "DATE",
        "amount": "DECIMAL(18,2)",
        "recorded_at": "TIMESTAMP",
        "_file": "VARCHAR",
        "_record": "BIGINT",
    }


def test_an_empty_text_in_a_column_that_may_be_empty_is_null(company: Company) -> None:
    company.write_parquet(
        "subscriptions",
        "select 'S' as subscription_id, '' as customer_id, 'P1' as product_id, "
        "date '2024-01-01' as starts_on, cast(null as date) as ends_on, "
        "1.00::decimal(18,2) as monthly_amount, 'EUR' as currency_code, "
        "cast(null as timestamp) as recorded_at",
    )
    assert company.errors() == []
    assert company.rows("subscriptions", "customer_id") == [(None,)]


def test_a_table_with_names_is_never_linked(company: Company) -> None:
    company.write_parquet(
        "customers",
        "select 'C1' as customer_id, 'Ada' as customer_name, null::varchar as email, "
        "null::varchar as tax_number, 'GB' as country_code, 'EUR' as currency_code, "
        "date '2024-01-01' as acquired_on, null::varchar as acquisition_campaign_id, "
        "null::varchar as referred_by_customer_id, null::varchar as parent_customer_id, "
        "null::timestamp as recorded_at",
    )
    assert company.errors() == []
    (part,) = (company.landing / "extracts" / "customers").iterdir()
    assert not part.is_symlink() and b"Ada" not in part.read_bytes()


def test_a_repeated_key_in_two_good_files_is_seen(company: Company) -> None:
    company.write_parquet("write_offs", GOOD_ROW, "write_offs/a.parquet")
    company.write_parquet("write_offs", GOOD_ROW, "write_offs/b.parquet")
    result = land(company)
    assert (result.is_in_place, result.landed_rows, result.repeated_rows) == (False, 3, 3)
