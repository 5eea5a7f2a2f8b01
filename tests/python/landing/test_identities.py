"""Names of persons: in the identities file, readable by its owner, and nowhere else."""

import stat
from pathlib import Path

import pytest

from tests.python.landing.company import GOOD, Company


def test_names_are_in_the_identities_file(company: Company) -> None:
    company.land()
    assert company.identified("from customers") == [
        ("C1", "Ada Lovelace", "ada@example.org", None),
        ("C2", "Grace Hopper", None, None),
    ]


@pytest.mark.parametrize("is_parquet", [False, True])
def test_names_are_nowhere_in_landing(company: Company, is_parquet: bool) -> None:
    company.write(
        "ledger_entries",
        [f"{GOOD['ledger_entries'][0]},description"]
        + [f"{line},paid by Ada Lovelace" for line in GOOD["ledger_entries"][1:]],
    )
    if is_parquet:
        company.write_parquet("customers", f"select * from '{company.extracts}/customers.csv'")
    assert company.errors() == []
    files = [path for path in company.landing.rglob("*") if path.is_file()]
    assert len(files) > 20
    for path in files:
        assert b"Lovelace" not in path.read_bytes(), path
    assert "customer_name" not in company.types("customers")
    assert "description" not in company.types("ledger_entries")


def test_file_and_folder_are_for_the_owner_only(company: Company) -> None:
    company.identities.parent.mkdir(mode=0o755)
    company.land()
    assert stat.S_IMODE(company.identities.stat().st_mode) == 0o600
    assert stat.S_IMODE(company.identities.parent.stat().st_mode) == 0o700


def test_the_file_is_written_new(company: Company) -> None:
    company.land()
    first = company.identities.stat().st_ino
    company.write("customers", GOOD["customers"][:2])
    company.land()
    assert company.identities.stat().st_ino != first
    assert [row[0] for row in company.identified("from customers")] == ["C1"]
    assert list(company.identities.parent.iterdir()) == [company.identities]


def test_what_a_killed_landing_left_is_removed(company: Company) -> None:
    left: Path = company.identities.parent / ".landing-left"
    left.mkdir(parents=True)
    (left / "part-0001.parquet").write_bytes(b"names")
    company.land()
    assert not left.exists()
