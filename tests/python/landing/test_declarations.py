"""Declarations: what the YAML says, and what is wrong with it."""

from pathlib import Path

import duckdb
import pytest

from orchestration.landing.declarations import DeclarationError, read_seeds, read_system
from orchestration.landing.land import land
from tests.python.landing.company import LENIENT, PROJECT_ROOT

SOURCE = """
version: 2
sources:
  - name: shop
    tables:
      - name: buyers
        config:
          meta:
            file: TBuyers
            identities: {customer_id: "'B-' || BuyerNo", customer_name: FirstName || ' ' || Name}
        columns:
          - {name: BuyerNo, data_type: bigint, config: {meta: {key: true, required: true}}}
          - {name: FirstName, data_type: string, config: {meta: {identity: true}}}
          - {name: Name, data_type: string, meta: {identity: true}}
          - {name: Income, data_type: "decimal(19, 4)"}
"""


def declare(root: Path, text: str) -> Path:
    """Write the declaration of a system `shop` and return the project's root."""
    path = root / "models" / "staging" / "shop" / "_shop__sources.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return root


def test_the_contract_is_declared_as_it_is_written() -> None:
    system = read_system(PROJECT_ROOT, "extracts")
    assert system.is_plain
    required = {table.name for table in system.tables if table.is_required}
    assert required == {
        "customers",
        "customer_tags",
        "products",
        "product_costs",
        "orders",
        "order_lines",
        "invoices",
        "payments",
        "ledger_accounts",
        "ledger_entries",
        "cost_centers",
        "activity_events",
    }
    for table in system.tables:
        recorded_at = table.column("recorded_at")
        assert recorded_at and recorded_at.may_be_missing and not recorded_at.is_required
    lines = system.table("order_lines")
    assert lines and lines.key == ("order_id", "line_number")
    gross = lines.column("gross_amount")
    assert gross and (gross.sql_type, gross.scale, gross.is_required) == ("DECIMAL(18,2)", 2, True)


def test_no_column_that_names_a_person_is_landed() -> None:
    named = {"customer_name", "email", "tax_number", "description"}
    for table in read_system(PROJECT_ROOT, "extracts").tables:
        assert not named & {column.name for column in table.landed_columns}, table.name


def test_another_system_lands_by_its_own_declaration(tmp_path: Path) -> None:
    root = declare(tmp_path, SOURCE)
    folder = tmp_path / "extracts" / "deep" / "down"
    folder.mkdir(parents=True)
    (folder / "TBuyers.csv").write_text(
        "Name,BuyerNo,Colour,FirstName,Income\nLovelace,1,blue,Ada,1.2345\nHopper,x,red,Grace,1\n"
        "Hopper,2,r\0d,Grace,1\nHop\0per,3,red,Grace,1\n"
    )
    (folder / "TOther.csv").write_text("a\n")
    result = land(
        ["shop"],
        tmp_path / "extracts",
        tmp_path / "landing",
        tmp_path / "who" / "identities.duckdb",
        rules=LENIENT,
        project_root=root,
    )
    assert result.findings == ()
    (table,) = result.tables
    assert (table.landed_rows, table.rejected_rows) == (1, 3)
    rejected = duckdb.execute(f"from '{tmp_path}/landing/shop/rejected_rows/*.parquet'")
    assert [row[3:6] for row in rejected.fetchall()] == [
        (2, "invalid_value", "BuyerNo"),
        (3, "nul_byte", None),
        (4, "nul_byte", "Name"),
    ]
    landed = duckdb.execute(f"select * from '{tmp_path}/landing/shop/buyers/*.parquet'")
    assert [column[0] for column in landed.description or ()] == [
        "BuyerNo",
        "Income",
        "_file",
        "_record",
    ]
    with duckdb.connect(str(tmp_path / "who" / "identities.duckdb")) as connection:
        assert connection.execute("from customers").fetchall() == [
            ("B-1", "Ada Lovelace", None, None)
        ]


def test_an_absent_table_has_no_column_for_names_either(tmp_path: Path) -> None:
    (tmp_path / "extracts").mkdir()
    land(
        ["shop"],
        tmp_path / "extracts",
        tmp_path / "landing",
        tmp_path / "who" / "identities.duckdb",
        rules=LENIENT,
        project_root=declare(tmp_path, SOURCE),
    )
    described = duckdb.execute(f"describe from '{tmp_path}/landing/shop/buyers/*.parquet'")
    assert [row[0] for row in described.fetchall()] == ["BuyerNo", "Income", "_file", "_record"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("bigint", "number", "unknown type 'number'"),
        ("name: Income", 'name: "Income; drop"', "can't be the name of a column"),
        ("name: Income", "name: NAME", "one of them twice"),
        ("name: shop", "name: shed", "declares no source named shop"),
        ("name: buyers", "name: buy-ers", "can't be the name of a table"),
        ("file: TBuyers", "rejected_amount: Price", "rejected_amount of buyers names no column"),
        (
            '"decimal(19, 4)"',
            "bigint, config: {meta: {allowed: [1]}}",
            "allowed values of Income, which is no string",
        ),
        (
            '"decimal(19, 4)"',
            "bigint, config: {meta: {economic_date: true}}",
            "economic_date of Income, which is no date",
        ),
        ("sources:", "source:", "no list named sources"),
    ],
)
def test_a_declaration_that_cannot_be_used_is_an_error(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in SOURCE
    root = declare(tmp_path, SOURCE.replace(old, new))
    with pytest.raises(DeclarationError, match=message):
        read_system(root, "shop")


def test_a_system_without_declaration_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="is missing"):
        read_system(tmp_path, "shop")


def test_all_seeds_of_the_contract_are_declared() -> None:
    seeds = {seed.name: seed for seed in read_seeds(PROJECT_ROOT)}
    assert len(seeds) == 22
    assert seeds["activity_processes"].key == ("activity_id", "process_id", "valid_from")
    for seed in seeds.values():
        assert seed.key, seed.name
        for column in seed.columns:
            assert column.is_month or column.name not in ("valid_from", "month"), seed.name
            assert column.is_required or not column.is_key, (seed.name, column.name)
