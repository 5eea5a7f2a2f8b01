"""The manifest: rows, sha256 and control totals, checked when it is there."""

import hashlib
import json
from typing import Any

import pytest

from tests.python.landing.company import GOOD, LENIENT, Company


def deliver(company: Company, **tables: Any) -> None:
    """Write a manifest."""
    (company.extracts / "manifest.json").write_text(json.dumps(tables))


def sha256(company: Company, name: str) -> str:
    """Return the sha256 of an extract."""
    return hashlib.sha256((company.extracts / name).read_bytes()).hexdigest()


def test_a_manifest_that_is_met_is_no_finding(company: Company) -> None:
    deliver(
        company,
        order_lines={
            "file": "order_lines.csv",
            "rows": 3,
            "sha256": sha256(company, "order_lines.csv"),
            "control_totals": {"gross_amount": 60.00, "tax_amount": "11.80", "quantity": 6},
        },
        orders=[{"rows": 2}],
    )
    assert company.land().findings == ()


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ({"file": "order_lines.csv", "rows": 4}, "4 rows: 3 rows"),
        ({"rows": 2}, "2 rows: 3 rows"),
        ({"control_totals": {"gross_amount": 60.01}}, "gross_amount to sum to 60.01: 60"),
        ({"control_totals": {"gross_amount": "x"}}, "a number as total of gross_amount: none"),
        ({"control_totals": {"product_id": 1}}, "control totals of number columns: 'product_id'"),
        ({"control_totals": {"gros_amount": 1}}, "control totals of number columns: 'gros_amount'"),
        ({"file": "order_lines_2.csv"}, "the file that the manifest names: none"),
        ({"rows": "3"}, "rows as a whole number: something else"),
        ({"checksum": "x"}, "an entry of control_totals, file, rows, sha256: other"),
    ],
)
def test_a_manifest_that_is_not_met_stops_the_load(
    company: Company, claim: dict[str, Any], found: str
) -> None:
    deliver(company, order_lines=claim)
    errors = company.errors()
    assert errors and errors[0].startswith("order_lines: ") and errors[0].endswith(found)


def test_another_content_is_told_before_anything_is_read(company: Company) -> None:
    deliver(company, orders={"file": "orders.csv", "sha256": "0" * 64})
    (error,) = company.errors()
    assert error == (
        f"orders: orders.csv: sha256 {'0' * 64}: sha256 {sha256(company, 'orders.csv')}"
    )
    assert not company.landing.exists()


def test_totals_are_of_what_was_delivered(company: Company) -> None:
    company.add("order_lines", *GOOD["order_lines"][1:], "O9,1,P1,many,1.00,0.00,0.00", "O9,2")
    deliver(company, order_lines={"rows": 8, "control_totals": {"gross_amount": 121}})
    assert company.errors(LENIENT) == []


def test_totals_are_exact_to_the_last_cent(company: Company) -> None:
    company.add("order_lines", "O9,1,P1,1,9007199254740993.01,0.00,0.00")
    path = company.extracts / "manifest.json"
    total = '{"order_lines": {"control_totals": {"gross_amount": %s}}}'
    path.write_text(total % "9007199254741053.01")
    assert company.errors() == []
    path.write_text(total % "9007199254741053.02")
    assert len(company.errors()) == 1


def test_entries_may_name_files_of_a_folder(company: Company) -> None:
    header, *lines = GOOD["order_lines"]
    (company.extracts / "order_lines.csv").unlink()
    company.write("order_lines", [header, *lines[:2]], "order_lines/a/1.csv")
    company.write("order_lines", [header, *lines[2:]], "order_lines/b.csv")
    claims: list[dict[str, Any]] = [
        {"file": "order_lines/a", "rows": 2, "control_totals": {"gross_amount": 30}},
        {"file": "order_lines/b.csv", "rows": 1, "control_totals": {"gross_amount": 30}},
    ]
    deliver(company, order_lines=claims)
    assert company.errors() == []
    deliver(company, order_lines=claims[:1])
    assert company.errors() == [
        "order_lines: order_lines/b.csv: files of the manifest only: one it leaves out"
    ]


def test_totals_are_taken_from_parquet_too(company: Company) -> None:
    company.write_parquet(
        "write_offs",
        "select 'I1' as invoice_id, date '2024-01-01' as "
        "written_off_on, 1.10::decimal(18,2) as amount, null::timestamp as "
        "recorded_at",
    )
    deliver(company, write_offs={"rows": 1, "control_totals": {"amount": 1.1}})
    assert company.errors() == []
    deliver(company, write_offs={"rows": 1, "control_totals": {"amount": 1.2}})
    assert company.errors() == ["write_offs: manifest.json: amount to sum to 1.2: 1.1"]


def test_the_total_of_a_column_that_is_left_out_is_zero(company: Company) -> None:
    deliver(company, order_lines={"control_totals": {"restocked_quantity": 0}})
    assert company.errors() == []
    deliver(company, order_lines={"control_totals": {"restocked_quantity": 1}})
    assert company.errors() == ["order_lines: manifest.json: restocked_quantity to sum to 1: 0"]


@pytest.mark.parametrize("content", ["", "[]", "{", "\xff"])
def test_a_manifest_that_is_none_stops_the_load(company: Company, content: str) -> None:
    (company.extracts / "manifest.json").write_bytes(content.encode("latin-1"))
    (error,) = company.errors()
    assert error.startswith(": manifest.json: a JSON object")


def test_an_unknown_table_in_the_manifest_stops_the_load(company: Company) -> None:
    deliver(company, order_linse={"rows": 1})
    assert company.errors() == [
        "order_linse: manifest.json: declared tables only: an unknown table"
    ]
