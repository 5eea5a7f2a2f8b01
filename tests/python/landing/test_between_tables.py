"""What holds between landed rows: journals that balance, rates that are there."""

from dataclasses import replace

import pytest

from tests.python.landing.company import GOOD, LENIENT, RULES, Company

RATES = "currency_code,rate_on,rate_type,rate"


def test_a_one_sided_entry_stops_the_load_and_is_named(company: Company) -> None:
    company.add("ledger_entries", "J2,1,2024-01-20,1000,10.00", "J2,2,2024-01-20,4000,-9.99")
    assert company.errors() == ["ledger_entries: : entry_id J2 to sum to zero: a sum of 0.01"]


def test_entries_balance_over_files_and_days(company: Company) -> None:
    header, first, second = GOOD["ledger_entries"]
    (company.extracts / "ledger_entries.csv").unlink()
    company.write("", [header, first], "ledger_entries/1.csv")
    company.write("", [header, second.replace("01-20", "02-20")], "ledger_entries/2.csv")
    assert company.errors() == []


def test_many_one_sided_entries_are_counted(company: Company) -> None:
    company.add("ledger_entries", *(f"X{n:03},1,2024-01-20,1000,1.00" for n in range(50)))
    errors = company.errors()
    assert len(errors) == 21
    assert errors[0].endswith("entry_id X000 to sum to zero: a sum of 1.00")
    assert errors[-1].endswith("every entry to sum to zero: 30 more that do not")


def test_a_rejected_line_is_mentioned_with_its_entry(company: Company) -> None:
    company.add("ledger_entries", "J2,1,2024-01-20,1000,1.00", "J2,2,2024-01-20,4000,-1.001")
    (finding,) = company.land(LENIENT).findings
    assert "1 lines of this table were rejected" in finding.remedy


@pytest.mark.parametrize(
    ("rate_on", "is_enough"),
    [
        ("2024-03-15", True),
        ("2024-03-08", True),
        ("2024-03-07", False),
        ("2024-03-16", False),
    ],
)
def test_the_last_rate_counts_if_it_is_young_enough(
    company: Company, rate_on: str, is_enough: bool
) -> None:
    company.add("invoices", "I9,C1,invoice,2024-03-15,2024-03-15,1.00,0.00,USD")
    company.write("fx_rates", [RATES, f"USD,{rate_on},closing,0.9"])
    expected = (
        "fx_rates: : a closing rate of USD on 2024-03-15 or at most 7 days before, "
        "for invoices: none"
    )
    assert company.errors() == ([] if is_enough else [expected])


def test_the_age_is_a_setting(company: Company) -> None:
    company.add("invoices", "I9,C1,invoice,2024-03-15,2024-03-15,1.00,0.00,USD")
    company.write("fx_rates", [RATES, "USD,2024-03-01,closing,0.9"])
    assert len(company.errors()) == 1
    assert company.errors(replace(RULES, fx_max_age_days=14)) == []


def test_an_average_rate_is_no_closing_rate(company: Company) -> None:
    company.add("invoices", "I9,C1,invoice,2024-03-15,2024-03-15,1.00,0.00,USD")
    company.write("fx_rates", [RATES, "USD,2024-03-15,average,0.9"])
    assert len(company.errors()) == 1


def test_the_functional_currency_needs_no_rate(company: Company) -> None:
    assert company.errors(replace(RULES, functional_currency="EUR")) == []
    errors = company.errors(replace(RULES, functional_currency="GBP"))
    assert len(errors) == 3 and all("closing rate of EUR" in error for error in errors)


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        ("invoices", ["I9,C1,invoice,2024-03-15,2024-03-15,1.00,0.00,USD"]),
        ("payments", ["Z9,C1,2024-03-15,1.00,USD"]),
        (
            "order_costs",
            [
                "order_id,cost_type,incurred_on,amount,currency_code",
                "O1,freight,2024-03-15,1.00,USD",
            ],
        ),
        (
            "supplier_documents",
            [
                "document_id,supplier_id,kind,dated_on,amount,currency_code",
                "D1,S1,invoice,2024-03-15,1.00,USD",
            ],
        ),
        (
            "customer_investments",
            [
                "customer_id,paid_on,amount,useful_life_months,currency_code",
                "C1,2024-03-15,1.00,12,USD",
            ],
        ),
    ],
)
def test_all_dated_money_needs_a_rate(company: Company, table: str, lines: list[str]) -> None:
    company.write(table, [*GOOD.get(table, []), *lines])
    assert company.errors() == [
        "fx_rates: : a closing rate of USD on 2024-03-15 or at most 7 days before, "
        f"for {table}: none"
    ]


def test_order_lines_need_a_rate_on_the_day_on_which_they_count(company: Company) -> None:
    company.write(
        "orders",
        [
            "order_id,customer_id,ordered_on,shipped_on,currency_code",
            "O1,C1,2024-01-05,2024-02-05,USD",
            "O2,C2,2024-01-06,,EUR",
        ],
    )
    (error,) = company.errors()
    assert "USD on 2024-02-05" in error and "for order_lines" in error
    header, *lines = GOOD["order_lines"]
    company.write(
        "order_lines",
        [f"{header},recognised_on", f"{lines[0]},2024-03-05", f"{lines[1]},2024-02-05"],
    )
    (error,) = company.errors()
    assert error.endswith("none, nor on 1 more dates up to 2024-03-05")
    company.write("fx_rates", [RATES, "USD,2024-02-05,closing,0.9", "USD,2024-03-05,closing,0.9"])
    assert company.errors() == []
