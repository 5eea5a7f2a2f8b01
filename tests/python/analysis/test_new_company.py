"""The skeleton of a company: what it proposes, what it explains, what it refuses."""

import csv
import shutil
from pathlib import Path

import pytest
import yaml

from orchestration.analysis.new_company import write_skeleton
from orchestration.analysis.proposals import propose
from orchestration.landing.declarations import read_seeds
from orchestration.landing.findings import has_errors
from orchestration.ops.exits import BadInputError

ROOT = Path(__file__).resolve().parents[3]
EXTRACTS = ROOT / "tests" / "python" / "fixtures" / "smallest" / "extracts"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project folder with all that a skeleton is made from."""
    shutil.copytree(ROOT / "seeds" / "reference", tmp_path / "seeds" / "reference")
    staging = Path("models") / "staging" / "extracts"
    shutil.copytree(ROOT / staging, tmp_path / staging)
    shutil.copy(ROOT / "dbt_project.yml", tmp_path)
    return tmp_path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_every_account_of_the_result_is_proposed_from_what_its_entries_name(
    project: Path,
) -> None:
    folder, _, findings = write_skeleton("mine", "", EXTRACTS, project)
    assert not has_errors(findings)
    natures = {
        row["account_id"]: (row["cost_nature"], row["control_component"], row["statement_line_id"])
        for row in rows(folder / "account_classification.csv")
    }
    assert natures == {
        "4000": ("controlled", "gross_sales", ""),
        "4100": ("controlled", "discount", ""),
        "5000": ("controlled", "standard_material", ""),
        "5100": ("controlled", "standard_production", ""),
        "6000": ("pool", "", ""),
        "6100": ("pool", "", ""),
        "6200": ("direct", "", "direct_customer_cost"),
        "7000": ("company", "", "financial_result"),
    }
    readme = (folder / "README.md").read_text()
    assert all(f"| {account} |" in readme for account in natures)
    assert "COMPANY=mine EXTRACTS=<folder> WAREHOUSE=warehouses/mine make nightly" in readme


@pytest.mark.parametrize(
    ("entries", "named"),
    [
        ("E1,30,C1,\nE2,30,C2,\nE3,40,,\n", "its entries name the customer"),
        ("E1,30,C1,\nE2,30,,O1\nE3,10,,\n", "its entries do not name the customer"),
        ("E1,30,C1,\nE2,60,,O1\nE3,10,,\n", "its entries name the customer"),
        ("E1,30,,\n", "its entries do not name the customer"),
    ],
)
def test_a_rebate_is_direct_because_no_document_delivers_it(
    project: Path, tmp_path: Path, entries: str, named: str
) -> None:
    extracts = tmp_path / "extracts"
    extracts.mkdir()
    (extracts / "ledger_accounts.csv").write_text(
        "account_id,account_name,account_type\n"
        "4000,Sales,revenue\n4400,Customer bonus,revenue\n4500,Other deductions,revenue\n"
    )
    (extracts / "ledger_entries.csv").write_text(
        "entry_id,amount,customer_id,order_id,account_id\n"
        + entries.replace("\n", ",4400\n")
        + "E8,-500,C1,O1,4000\nE9,5,C1,,4500\n"
    )
    proposed = {one.account.account_id: one for one in propose(extracts, project).accounts}
    assert proposed["4400"].values == {
        "cost_nature": "direct",
        "statement_line_id": "rebate",
        "object_level": "customer",
    }
    assert named in proposed["4400"].reason
    # Documents deliver these: who is named on their entries moves nothing.
    assert proposed["4000"].values["control_component"] == "gross_sales"
    assert proposed["4500"].values["control_component"] == "discount"


def test_tags_are_proposed_with_their_systems(project: Path) -> None:
    folder, _, _ = write_skeleton("mine", "", EXTRACTS, project)
    values = {(row["tag_scheme"], row["tag_value"]) for row in rows(folder / "tag_values.csv")}
    assert values == {
        ("region", "south"),
        ("region", "west"),
        ("size", "large"),
        ("size", "small"),
    }
    systems = [
        (row["source_system"], row["priority"])
        for row in rows(folder / "tag_source_priority.csv")
        if row["tag_scheme"] == "size"
    ]
    assert systems == [("crm", "1"), ("shop", "2")]


def test_spellings_are_one_value_and_overlapping_values_are_not_exclusive(
    project: Path, tmp_path: Path
) -> None:
    extracts = tmp_path / "extracts"
    extracts.mkdir()
    (extracts / "customer_tags.csv").write_text(
        "source_system,customer_id,tag_scheme,tag_value,valid_from,valid_to\n"
        "crm,A,size,Large,2024-01-01,2024-02-01\n"
        "crm,A,size,small,2024-02-01,\n"
        "crm,B,size,large ,2024-01-01,\n"
        "crm,C,size,Large,2024-01-01,\n"
        "crm,A,interest,garden,2024-01-01,\n"
        "crm,A,interest,kitchen,2024-01-01,\n"
    )
    schemes = {scheme.name: scheme for scheme in propose(extracts, project).schemes}
    assert schemes["size"].values == ("Large", "small")
    assert schemes["size"].is_exclusive
    assert not schemes["interest"].is_exclusive


def test_options_of_events_get_equations_that_change_no_quantity(
    project: Path, tmp_path: Path
) -> None:
    extracts = tmp_path / "extracts"
    extracts.mkdir()
    (extracts / "activity_events.csv").write_text(
        "event_id,driver_id,occurred_on,quantity\n"
        "E1,care,2024-01-01,3\nE2,visits,2024-01-01,1\n"
    )
    (extracts / "event_options.csv").write_text(
        "event_id,option_id,quantity\nE1,urgent,1\nE1,site,2\n"
    )
    folder, _, findings = write_skeleton("mine", "EUR", extracts, project)
    assert not has_errors(findings)
    assert (folder / "time_equations.csv").read_text().splitlines()[1:] == [
        "care,base,1",
        "care,site,0",
        "care,urgent,0",
    ]


def test_without_extracts_there_are_headers_and_nothing_is_proposed(project: Path) -> None:
    folder, proposals, _ = write_skeleton("mine", "CHF", None, project)
    assert not proposals.accounts
    for seed in read_seeds(project):
        path = folder / f"{seed.name}.csv"
        header = path.read_text().splitlines()[0].split(",")
        assert header == [column.name for column in seed.columns]
        if seed.name != "company_settings":
            assert not rows(path)
    assert rows(folder / "company_settings.csv")[0]["value"] == "CHF"


def test_every_column_of_every_seed_is_explained_in_its_own_words(project: Path) -> None:
    folder, _, _ = write_skeleton("mine", "EUR", None, project)
    readme = (folder / "README.md").read_text()
    content = yaml.safe_load((project / "seeds/reference/_assumptions.yml").read_text())
    for seed in content["seeds"]:
        section = readme.split(f"### `{seed['name']}.csv`")[1].split("###")[0]
        for column in seed["columns"]:
            assert f"| `{column['name']}` |" in section
            assert " ".join(column["description"].split()) in section


def test_existing_and_impossible_names_are_refused_and_nothing_is_touched(project: Path) -> None:
    folder, _, _ = write_skeleton("mine", "EUR", None, project)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    for name in ("mine", "reference", "adventureworks", "Mine", "../mine", "1st", ""):
        with pytest.raises(BadInputError, match="NAME"):
            write_skeleton(name, "EUR", None, project)
    with pytest.raises(BadInputError, match="CURRENCY"):
        write_skeleton("other", "euro", None, project)
    with pytest.raises(BadInputError, match="EXTRACTS"):
        write_skeleton("other", "EUR", project / "none", project)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert not (project / "seeds" / "other").exists()
