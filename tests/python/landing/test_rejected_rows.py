"""Rows that can't be read: every reason, in text and in Parquet; what is shown and what is not."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.landing.land import LandingRules
from tests.python.landing.company import GOOD, LENIENT, PROJECT_ROOT, Company


def line_of(quantity: str = "1", gross: str = "1.00") -> str:
    """Return an order line with this quantity and gross amount."""
    return f"O9,1,P1,{quantity},{gross},0.00,0.00"


SPOILED: list[tuple[str, str, str | bytes, str]] = [
    ("wrong_field_count", "", "O9,1,P1,1,1.00,0.00", "a field too few"),
    ("wrong_field_count", "", "O9,1,P1,1,1.00,0.00,0.00,7", "a field too many"),
    ("wrong_field_count", "", "O9,1,P1,1,1.00,0.00,0.00,", "an empty field too many"),
    ("wrong_field_count", "", "O9,1,P1,1,5,00,0.00,", "a decimal comma, hidden by an empty field"),
    ("malformed_quote", "", 'O9,1,"P1,1,1.00,0.00,0.00', "unclosed"),
    ("malformed_quote", "", 'O9,1,"P"1,1,1.00,0.00,0.00', "text after the closing quote"),
    ("malformed_quote", "product_id", 'O9,1, "P1",1,1.00,0.00,0.00', "a blank before the quote"),
    ("malformed_quote", "", 'O9,1,"P1" ,1,1.00,0.00,0.00', "a blank after the quote"),
    ("invalid_encoding", "product_id", b"O9,1,P\xff1,1,1.00,0.00,0.00", "Latin-1"),
    ("invalid_encoding", "product_id", b"O9,1,P\xed\xa0\x801,1,1.00,0.00,0.00", "a surrogate"),
    ("nul_byte", "product_id", b"O9,1,P\x001,1,1.00,0.00,0.00", "NUL"),
    ("missing_required", "quantity", "O9,1,P1,,1.00,0.00,0.00", "no quantity"),
    ("missing_required", "quantity", 'O9,1,P1,"",1.00,0.00,0.00', "a quoted nothing"),
    ("missing_required", "order_id", ",1,P1,1,1.00,0.00,0.00", "no key"),
    ("invalid_value", "quantity", line_of(quantity="many"), "text"),
    ("invalid_value", "gross_amount", line_of(gross="1e3"), "an exponent"),
    ("invalid_value", "gross_amount", line_of(gross="1_000.00"), "an underscore"),
    ("invalid_value", "gross_amount", line_of(gross='"1,000.00"'), "a thousands separator"),
    ("invalid_value", "gross_amount", line_of(gross=" 1.00"), "a blank"),
    ("invalid_value", "gross_amount", line_of(gross="+1.00"), "a plus"),
    ("invalid_value", "gross_amount", line_of(gross="1."), "a point without digits"),
    ("invalid_value", "gross_amount", line_of(gross=".5"), "a point without a number"),
    ("invalid_value", "gross_amount", line_of(gross="NaN"), "no number"),
    ("invalid_value", "gross_amount", line_of(gross="0x10"), "hexadecimal"),
    ("invalid_value", "line_number", "O9,1.0,P1,1,1.00,0.00,0.00", "a whole number with decimals"),
    ("too_many_decimals", "gross_amount", line_of(gross="10.005"), "finer than a cent"),
    ("too_many_decimals", "gross_amount", line_of(gross="10.00009"), "finer, after zeros"),
    ("too_many_decimals", "quantity", line_of(quantity="0.00001"), "finer than the scale"),
    ("out_of_range", "gross_amount", line_of(gross="12345678901234567.00"), "too large"),
    ("out_of_range", "line_number", "O9,3000000000,P1,1,1.00,0.00,0.00", "no integer so large"),
]


@pytest.mark.parametrize(
    ("reason", "column", "line"),
    [case[:3] for case in SPOILED],
    ids=[f"{reason}: {case}" for reason, _, _, case in SPOILED],
)
def test_a_spoiled_line_is_rejected_alone(
    company: Company, reason: str, column: str, line: str | bytes
) -> None:
    header, *good = GOOD["order_lines"]
    company.write("order_lines", [header, good[0], line, *good[1:]])
    assert company.errors(LENIENT) == []
    assert company.rows("order_lines", "order_id, line_number, gross_amount, _record") == [
        ("O1", 1, 20, 1),
        ("O1", 2, 10, 3),
        ("O2", 1, 30, 4),
    ]
    ((*found, _, _),) = company.rejected()
    assert found == ["order_lines", "order_lines.csv", 2, reason, column or None]


@pytest.mark.parametrize(
    ("values", "reason", "column"),
    [
        (("0.00", "0.00", "1.005", "x", "P1", "1", "O9"), "invalid_value", "quantity"),
        (("0.00", "0.00", "1.005", "", "P1", "x", ""), "missing_required", "order_id"),
        (("0\0", "0.00", "1.00", "1\0", "P1", "1", "O9"), "nul_byte", "quantity"),
        (("0\0", "0.00", "1.00", "1", "P\udce4", "1", "O9"), "nul_byte", "tax_amount"),
        (("0\udce4", "0.00", "1.00", "1", "P\udce4", "1", "O9"), "invalid_encoding", "product_id"),
        ((' "0"', "0.00", "1.00", ' "1"', "P1", "1", "O9"), "malformed_quote", "quantity"),
        (("0.00", "0.00", "1.00", "1", "\\x00", "1", "O9\0"), "nul_byte", "order_id"),
    ],
)
def test_of_several_columns_at_fault_the_first_declared_is_named(
    company: Company, values: tuple[str, ...], reason: str, column: str
) -> None:
    header = ",".join(reversed(GOOD["order_lines"][0].split(",")))
    company.write("order_lines", [header, ",".join(values).encode("utf-8", "surrogateescape")])
    assert company.errors(LENIENT) == []
    assert [row[3:5] for row in company.rejected()] == [(reason, column)]


@pytest.mark.parametrize(
    "value",
    ["7", "7.5", "7.50", "7.500", "-7.50", "007.50", "-0", "0.00", "1234567890123456.78"],
)
def test_plain_decimals_are_read_to_the_cent(company: Company, value: str) -> None:
    company.add("order_lines", line_of(gross=value))
    assert company.errors() == []
    amounts = dict(company.rows("order_lines", "order_id, gross_amount"))
    assert amounts["O9"] == Decimal(value)


DATES = [
    ("2024-02-29", ""),
    ("2023-02-29", "invalid_value"),
    ("2024-1-5", "invalid_value"),
    ("20240105", "invalid_value"),
    ("05.01.2024", "invalid_value"),
    ("01/05/2024", "invalid_value"),
    ("2024-01-05 00:00:00", "invalid_value"),
    ("infinity", "invalid_value"),
    ("epoch", "invalid_value"),
]
TIMESTAMPS = [
    ("2024-01-05T10:00:00Z", ""),
    ("2024-01-05 10:00:00", ""),
    ("2024-01-05T10:00:00.123456Z", ""),
    ("2024-01-05T10:00:00+00:00", ""),
    ("2024-01-05T10:00:00+02:00", "invalid_value"),
    ("2024-01-05T24:00:00Z", "invalid_value"),
    ("2024-02-30T10:00:00Z", "invalid_value"),
    ("2024-01-05", "invalid_value"),
    ("1704448800", "invalid_value"),
]


@pytest.mark.parametrize(("value", "reason"), DATES)
def test_dates_are_iso_dates(company: Company, value: str, reason: str) -> None:
    company.add("orders", f"O9,C1,{value},EUR")
    assert company.errors(LENIENT) == []
    assert [row[3] for row in company.rejected()] == ([reason] if reason else [])


@pytest.mark.parametrize(("value", "reason"), TIMESTAMPS)
def test_timestamps_are_iso_and_utc(company: Company, value: str, reason: str) -> None:
    header, *lines = GOOD["orders"]
    spoiled = [f"{header},recorded_at", f"{lines[0]},", f"{lines[1]},{value}"]
    company.write("orders", spoiled)
    assert company.errors(LENIENT) == []
    assert [row[3] for row in company.rejected()] == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("value", "is_good"),
    [("true", True), ("false", True), ("True", True), ("1", False), ("yes", False), ("t", False)],
)
def test_booleans_are_true_or_false(company: Company, value: str, is_good: bool) -> None:
    company.add("ledger_accounts", f"9,Nine,asset,{value}")
    assert company.errors(LENIENT) == []
    assert [row[3] for row in company.rejected()] == ([] if is_good else ["invalid_value"])


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("ledger_accounts", "9,Nine,income,false"),
        ("cost_centers", "K9,Nine,support"),
        ("customers", "C9,Nine,,GB,eur,2024-01-01"),
        ("invoices", "I9,C1,reminder,2024-01-05,2024-02-04,1.00,0.00,EUR"),
    ],
)
def test_a_value_that_is_not_allowed_is_rejected(company: Company, table: str, line: str) -> None:
    company.add(table, line)
    assert company.errors(LENIENT) == []
    assert [row[3] for row in company.rejected()] == ["value_not_allowed"]


@pytest.mark.parametrize(
    ("reason", "quantity", "gross"),
    [
        ("", "2", "10.10::decimal(18,4)"),
        ("", "2::double", "10.1::double"),
        ("", "'2'", "'10.1'"),
        ("too_many_decimals", "1", "10.005::decimal(18,4)"),
        ("too_many_decimals", "1", "0.1::double + 0.2::double"),
        ("missing_required", "null", "1"),
        ("missing_required", "''", "1"),
        ("invalid_value", "1", "'1e3'"),
        ("invalid_value", "1", "'NaN'::double"),
        ("out_of_range", "1", "123456789012345678901::decimal(38,0)"),
        ("nul_byte", "1", "1"),
    ],
)
def test_parquet_of_other_types_obeys_the_same_rules(
    company: Company, reason: str, quantity: str, gross: str
) -> None:
    product = "'P' || chr(0)" if reason == "nul_byte" else "'P1'"
    company.write_parquet(
        "order_lines",
        f"select 'O9' as order_id, 1.0 as line_number, {product} as product_id, "
        f"{quantity} as quantity, {gross} as gross_amount, 0 as discount_amount, 0 as tax_amount",
    )
    assert company.errors(LENIENT) == []
    column = {"nul_byte": "product_id", "missing_required": "quantity"}.get(reason, "gross_amount")
    assert [row[3:5] for row in company.rejected()] == ([(reason, column)] if reason else [])
    if not reason:
        assert company.rows("order_lines", "line_number, quantity, gross_amount") == [
            (1, 2, Decimal("10.10"))
        ]


def test_parquet_timestamps_are_dates_only_at_midnight(company: Company) -> None:
    company.write_parquet(
        "orders",
        "select 'O' || i as order_id, 'C1' as customer_id, 'EUR' as currency_code, "
        "timestamp '2024-01-05' + to_hours(i) as ordered_on from range(2) as n(i)",
    )
    assert company.errors(LENIENT) == []
    assert company.rows("orders", "order_id, ordered_on::varchar") == [("O0", "2024-01-05")]
    assert [row[2:4] for row in company.rejected()] == [(2, "invalid_value")]


def test_reason_amount_and_currency_are_shown_and_no_text(company: Company) -> None:
    company.add(
        "invoices",
        "I8,Ada Lovelace,invoice,2024-13-05,2024-02-04,119.00,19.00,GBP",
        "I9,C1,invoice,2024-13-05,2024-02-04,12.345,19.00,Ada Lovelace",
    )
    assert company.errors(LENIENT) == []
    assert company.rejected() == [
        ("invoices", "invoices.csv", 2, "invalid_value", "issued_on", Decimal("119.00"), "GBP"),
        ("invoices", "invoices.csv", 3, "invalid_value", "issued_on", Decimal("12.35"), None),
    ]
    for path in company.landing.rglob("*.parquet"):
        assert b"Lovelace" not in path.read_bytes(), path
    raw = company.identified(
        "select source_system, table_name, file_name, record_number, raw_row from rejected_rows"
    )
    assert [row[:4] for row in raw] == [
        ("extracts", "invoices", "invoices.csv", 2),
        ("extracts", "invoices", "invoices.csv", 3),
    ]
    assert "Ada Lovelace" in raw[0][4] and "2024-13-05" in raw[0][4]


def test_the_raw_line_is_kept_where_it_could_not_be_split(company: Company) -> None:
    company.add("order_lines", b'O9,1,"P1,\xff\x001.00')
    company.land(LENIENT)
    assert company.identified("select raw_row from rejected_rows") == [('O9,1,"P1,\\xff\\x001.00',)]


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        (b"Z9,C1,2024-01-05,7.50,EUR\xff", Decimal("7.50")),
        (b"Z9,C\x001,2024-01-05,7.50,USD", Decimal("7.50")),
        (b"Z9,C1,2024-01-05,many,EUR\xff", None),
        (b"Z9,C1,2024-01-05,7.50", None),
        (b'Z9,"C1,2024-01-05,7.50,EUR', None),
    ],
)
def test_an_unreadable_record_shows_its_amount_if_it_could_be_split(
    company: Company, line: bytes, amount: Decimal | None
) -> None:
    company.add("payments", line)
    assert company.errors(LENIENT) == []
    ((*_, found, currency),) = company.rejected()
    assert (found, currency) == (amount, "USD" if b"USD" in line else None)


def test_the_build_goes_on_up_to_the_limit_and_stops_above(company: Company) -> None:
    header, *lines = GOOD["order_lines"]
    many = [f"O1,{number},P1,1,1.00,0.00,0.00" for number in range(10, 207)]
    company.write("order_lines", [header, *lines[:2], "O9,1,P1,x,1,1,1", *many])
    at_the_limit = LandingRules("EUR", rejected_row_limit_pct=Decimal("0.5"))
    assert company.errors(at_the_limit) == []
    below = LandingRules("EUR", rejected_row_limit_pct=Decimal("0.49"))
    assert company.errors(below) == [
        "order_lines: order_lines.csv: at most 0.49 % of the delivered rows rejected: "
        "1 of 200 (0.50 %): 1 invalid_value in quantity; this is the first"
    ]


def test_above_the_limit_faults_are_counted_by_column(company: Company) -> None:
    company.add(
        "order_lines",
        "O9,1,P1,1,1.00,0.00",
        "O9,2,P1,,1.00,0.00,0.00",
        "O9,3,P1,1,1.005,0.00,0.00",
        "O9,4,P1,1,2.005,0.00,0.00",
        "O9,5,P1,1,1.00,0.005,0.00",
    )
    (error,) = company.errors()
    assert error.endswith(
        "5 of 8 (62.50 %): 2 too_many_decimals in gross_amount, 1 missing_required in quantity, "
        "1 too_many_decimals in discount_amount, 1 wrong_field_count; this is the first"
    )
    (finding,) = (one for one in company.land().findings if one.severity == "error")
    assert finding.remedy.startswith(
        "mend the rows at the source "
        "(gross_amount: a number with a point and at most 2 decimals), or raise"
    )


def test_identities_stay_as_they_were_when_the_load_stops(company: Company) -> None:
    company.land()
    before = company.identities.read_bytes()
    company.add("order_lines", "O9,1,P1,x,1,1,1")
    assert len(company.errors()) == 1
    assert company.identities.read_bytes() == before


def test_every_reason_of_landing_is_a_declared_reason() -> None:
    path: Path = PROJECT_ROOT / "seeds" / "reference" / "reasons.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        declared = {row["reason_id"] for row in csv.DictReader(stream) if row["kind"] == "rejected"}
    assert {reason for reason, *_ in SPOILED} | {
        "value_not_allowed",
        "conflicting_duplicate",
        "implausible_date",
    } == declared
