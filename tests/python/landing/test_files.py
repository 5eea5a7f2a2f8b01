"""Files that are missing, empty, of the wrong kind or unknown; formats, folders and names."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.landing.declarations import read_system
from orchestration.landing.land import TableResult, land
from tests.python.landing.company import GOOD, PROJECT_ROOT, RULES, Company


def test_good_files_land_without_a_finding(company: Company) -> None:
    result = company.land()
    assert result.is_good and result.findings == ()
    assert company.rows("order_lines", "order_id, line_number, gross_amount")[0] == (
        "O1",
        1,
        20,
    )


def test_every_declared_table_exists_with_its_types(company: Company) -> None:
    company.land()
    for table in read_system(PROJECT_ROOT, "extracts").tables:
        types = company.types(table.name)
        for column in table.landed_columns:
            assert types[column.name] == column.sql_type, (table.name, column.name)
    assert company.rows("customer_merges") == []


@pytest.mark.parametrize("table", sorted(GOOD))
def test_a_required_table_that_is_missing_stops_the_load(company: Company, table: str) -> None:
    (company.extracts / f"{table}.csv").unlink()
    (error,) = company.errors()
    assert error.startswith(
        f"{table}: no file in {company.extracts}: {table}.parquet, {table}.csv or a folder"
    )
    assert not company.landing.exists()


def test_all_findings_of_a_stage_are_told_at_once(company: Company) -> None:
    (company.extracts / "orders.csv").unlink()
    company.write("invoices", [])
    company.write("products", ["product_id,product_nam,product_category"])
    assert sorted({error.split(":")[0] for error in company.errors()}) == [
        "invoices",
        "orders",
        "products",
    ]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n"])
def test_an_empty_file_stops_the_load(company: Company, content: bytes) -> None:
    (company.extracts / "orders.csv").write_bytes(content)
    assert company.errors() == ["orders: orders.csv: a header line: an empty file"]


def test_a_header_without_rows_is_no_empty_file(company: Company) -> None:
    company.write("order_lines", GOOD["order_lines"][:1])
    assert company.errors() == []
    assert company.rows("order_lines") == []


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("orders.parquet", b"order_id,customer_id\n", "a parquet file: another kind"),
        ("orders.csv", b"PAR1....PAR1", "a csv file: a Parquet file"),
        ("orders.parquet", b"PAR1....PAR1", "a Parquet file: one that can't be read"),
        ("orders.xlsx", b"PK", "Parquet or CSV (.parquet, .csv): a file of another kind (.xlsx)"),
        ("orders.csv.gz", b"\x1f\x8b", "a file of another kind (.gz)"),
        ("orders/part.json", b"{}", "a file of another kind (.json)"),
    ],
)
def test_a_file_of_the_wrong_kind_stops_the_load(
    company: Company, name: str, content: bytes, expected: str
) -> None:
    path = company.extracts / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    (error,) = company.errors()
    assert error.startswith(f"orders: {name}: ") and error.endswith(expected)


def test_an_unknown_file_is_a_warning_that_names_what_is_meant(company: Company) -> None:
    company.write("", ["a,b", "1,2"], "order_linse.csv")
    (warning,) = company.land().findings
    assert (warning.severity, warning.file) == ("warning", "order_linse.csv")
    assert warning.remedy == "if it is order_lines, rename it"


def test_an_unknown_folder_is_one_warning(company: Company) -> None:
    for number in range(3):
        company.write("", ["a"], f"surveys/{number}.csv")
    (warning,) = company.land().findings
    assert (warning.severity, warning.file) == ("warning", "surveys")


def test_parquet_that_breaks_while_it_is_read_stops_the_load(company: Company) -> None:
    path = company.write_parquet(
        "order_costs",
        "select 'O1' as order_id, 'freight' as cost_type, date '2024-01-05' as incurred_on, "
        "(random() * 1000)::decimal(18,2) as amount, 'EUR' as currency_code from range(9000)",
    )
    content = bytearray(path.read_bytes())
    content[4:-2000] = b"\x07" * (len(content) - 2004)
    path.write_bytes(content)
    assert company.errors() == [
        "order_costs: order_costs.parquet: a Parquet file that can be read: a damaged one"
    ]


def test_papers_and_hidden_files_are_no_findings(company: Company) -> None:
    for name in ("README.md", ".DS_Store", "orders/_SUCCESS", "orders/.part.crc"):
        company.write("", ["x"], name)
    assert company.land().findings == ()


def test_no_folder_of_extracts_is_a_finding(company: Company) -> None:
    company.extracts = company.extracts / "nowhere"
    assert company.errors() == [f": {company.extracts}: a folder of extracts: none"]


def test_a_finding_is_one_line_that_says_where(company: Company) -> None:
    (company.extracts / "orders.csv").unlink()
    (missing,) = company.land().findings
    assert str(missing) == (
        f"error: orders: no file in {company.extracts}: expected orders.parquet, orders.csv or a "
        "folder orders/ of such files; found none; deliver the table; one with a header and no "
        "rows will do if there is nothing to tell"
    )
    company.write("orders", GOOD["orders"])
    company.add("ledger_entries", "J2,1,2024-01-20,1000,1.00")
    (one_sided,) = company.land().findings
    assert str(one_sided) == (
        "error: ledger_entries: expected entry_id J2 to sum to zero; found a sum of 1.00; "
        "deliver the entry with all its lines"
    )
    company.extracts = company.extracts / "nowhere"
    (nowhere,) = company.land().findings
    assert str(nowhere) == (
        f"error: {company.extracts}: expected a folder of extracts; found none; "
        "set EXTRACTS to the folder that holds the files"
    )
    finding = replace(nowhere, table="orders", file="orders.csv", record=3)
    assert str(finding).startswith("error: orders: orders.csv, record 3: expected a folder")


def test_csv_and_parquet_files_and_folders_are_united(company: Company) -> None:
    header, *lines = GOOD["order_lines"]
    columns = header.split(",")
    first = ", ".join(
        f"'{value}' as {name}" for name, value in zip(columns, lines[0].split(","), strict=True)
    )
    company.write_parquet("order_lines", f"select {first}", "order_lines/year=2024/a.parquet")
    company.write("order_lines", [header, lines[1]], "order_lines/deeper/down/b.CSV")
    company.write("order_lines", [header, lines[2]], "order_lines.csv")
    assert company.errors() == []
    assert company.rows("order_lines", "order_id, line_number, _file, _record") == [
        ("O1", 1, "order_lines/year=2024/a.parquet", 1),
        ("O1", 2, "order_lines/deeper/down/b.CSV", 1),
        ("O2", 1, "order_lines.csv", 1),
    ]


@pytest.mark.parametrize("name", ["it's [1].csv", 'a "b" *.csv', "naïve?.csv", "$(x);--.csv"])
def test_file_names_are_only_names(company: Company, name: str) -> None:
    header, *lines = GOOD["order_lines"]
    company.write("order_lines", [header, lines[0], lines[1]])
    company.write("order_lines", [header, lines[2]], f"order_lines/{name}")
    company.write("order_lines", [header, "O2,1,P1,x,1,1,1"], "order_lines/1.csv")
    company.land()
    (row,) = company.rows("order_lines", "order_id, _file")[2:]
    assert row == ("O2", f"order_lines/{name}")


def test_folders_may_have_quotes_too(tmp_path: Path) -> None:
    company = Company(tmp_path / "it's a [folder]")
    assert company.errors() == []
    assert len(list((company.landing / "extracts" / "orders").glob("*.parquet"))) == 1


def test_progress_is_told_after_each_table(company: Company) -> None:
    told: list[tuple[str, int, int]] = []

    def tell(result: TableResult, number: int, count: int) -> None:
        told.append((result.table, number, count))

    land(
        ["extracts"],
        company.extracts,
        company.landing,
        company.identities,
        rules=RULES,
        project_root=PROJECT_ROOT,
        progress=tell,
    )
    count = len(read_system(PROJECT_ROOT, "extracts").tables)
    assert [number for _, number, _ in told] == list(range(1, count + 1))
    assert told[0] == ("customers", 1, count)


def test_landing_again_leaves_nothing_of_the_former_run(company: Company) -> None:
    company.land()
    company.write("order_lines", GOOD["order_lines"][:2])
    company.land()
    assert len(company.rows("order_lines")) == 1


def test_no_scratch_is_left_behind(company: Company) -> None:
    company.land()
    company.write("orders", [])
    company.land()
    assert [path.name for path in company.identities.parent.iterdir()] == ["identities.duckdb"]
