"""What readers rely on in the models' YAML: keys, currencies, what may be added up, versions."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.analysis.models import Model, ModelColumn, read_models

ROOT = Path(__file__).resolve().parents[3]
READ = ("core", "marts", "governance")
MODELS = {name: model for name, model in read_models(ROOT).items() if model.schema in READ}
FACTS = {name: model for name, model in MODELS.items() if not name.startswith("dim_")}
SAID = {
    "additive": r"Additive\.$",
    "semi_additive": r"Semi-additive: within one .+\.$",
    "non_additive": r"Not additive\.$",
}


# Numbers that name something.
NAMES = ("sort_order", "fiscal_year", "fiscal_quarter", "fiscal_period")


def is_measure(column: ModelColumn) -> bool:
    """Return whether a column is a number that somebody might add up."""
    is_number = re.match(r"decimal|double|integer|bigint", column.data_type) is not None
    is_name = column.name.endswith(("_key", "_number")) or column.name in NAMES
    return is_number and not is_name


def has_amounts(model: Model) -> bool:
    """Return whether a model has money in it."""
    return any(re.search(r"(^|_)amount$", column.name) for column in model.columns)


def nodes(folder: str) -> list[dict[str, Any]]:
    """Return the models of a folder as their YAML says them."""
    files = sorted((ROOT / "models" / folder).rglob("*.yml"))
    return [
        node for file in files for node in yaml.safe_load(file.read_text()).get("models") or []
    ]


def test_models_are_found_with_their_schemas() -> None:
    assert {MODELS[name].schema for name in ("rpt_variances_monthly", "dim_customers")} == {
        "governance",
        "core",
    }
    assert read_models(ROOT)["int_costing__process_pools"].schema == "intermediate"
    assert read_models(ROOT)["stg_extracts__orders"].schema == "staging"
    assert MODELS["fct_customer_contribution_monthly"].key == ("customer_key", "month")
    assert MODELS["dim_customers"].key == ("customer_key",)


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_every_model_that_is_read_has_a_key(model: Model) -> None:
    assert model.key
    assert set(model.key) <= {column.name for column in model.columns}


@pytest.mark.parametrize("model", FACTS.values(), ids=lambda model: model.name)
def test_every_measure_says_whether_it_may_be_added_up(model: Model) -> None:
    for column in model.columns:
        where = f"{model.name}.{column.name}"
        if is_measure(column):
            assert column.additivity in SAID, f"{where}: no additivity among {', '.join(SAID)}"
            assert re.search(SAID[column.additivity], column.description), (
                f"{where}: the description does not end with what `additivity` says"
            )
        else:
            assert not column.additivity, f"{where}: not a measure"
            assert not re.search("|".join(SAID.values()), column.description), where


def test_a_rate_is_never_additive() -> None:
    for model in FACTS.values():
        for column in model.columns:
            if re.search(r"(_rate|_pct|_share|^rate)$", column.name):
                assert column.additivity == "non_additive", f"{model.name}.{column.name}"


@pytest.mark.parametrize("model", FACTS.values(), ids=lambda model: model.name)
def test_every_table_with_amounts_says_their_currency(model: Model) -> None:
    names = {column.name for column in model.columns}
    assert not has_amounts(model) or "currency_code" in names
    if any(name.startswith("document_") and name.endswith("amount") for name in names):
        assert "document_currency_code" in names


@pytest.mark.parametrize("node", nodes("marts"), ids=lambda node: str(node["name"]))
def test_every_mart_has_a_version_and_its_name_without_one(node: dict[str, Any]) -> None:
    versions = {version["v"]: version for version in node.get("versions") or []}
    assert node.get("latest_version") in versions
    assert versions[node["latest_version"]]["defined_in"] == node["name"]


def test_every_folder_of_models_belongs_to_a_group() -> None:
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text())
    groups = yaml.safe_load((ROOT / "models" / "_groups.yml").read_text())["groups"]
    known = {group["name"] for group in groups}
    tree = project["models"]["customer_accounting"]
    for area in ("intermediate", "marts"):
        for folder in (ROOT / "models" / area).iterdir():
            if folder.is_dir():
                assert tree[area].get(folder.name, {}).get("+group") in known, folder
    assert {tree["core"]["+group"], tree["staging"]["+group"]} <= known


def exposed() -> dict[str, set[str]]:
    """Return the models that each exposure names."""
    content = yaml.safe_load((ROOT / "models" / "marts" / "exposures.yml").read_text())
    return {
        exposure["name"]: {
            str(re.sub(r"ref\('(\w+)'\)", r"\1", parent)) for parent in exposure["depends_on"]
        }
        for exposure in content["exposures"]
    }


def test_every_mart_is_used_by_something() -> None:
    assert {node["name"] for node in nodes("marts")} <= set().union(*exposed().values())


# What each of them reads stands in these files, with the schema before it.
READERS = {
    "company_result_and_best_customers": ("orchestration/ops/summary.py",),
    "explained_figure": ("orchestration/ops/explain.py", "orchestration/ops/explain_queries.py"),
    "monthly_sign_off": (
        "orchestration/reports/sign_off.py",
        "orchestration/reports/sign_off_figures.py",
        "orchestration/reports/published.py",
    ),
    "customer_statement": (
        "orchestration/reports/statement.py",
        "orchestration/reports/statement_figures.py",
        "orchestration/reports/published.py",
    ),
    "drift_expectations": ("expectations/suites/drift.json", "expectations/suites/marts.json"),
}


@pytest.mark.parametrize(("exposure", "files"), READERS.items(), ids=READERS)
def test_an_exposure_names_what_its_code_reads(exposure: str, files: tuple[str, ...]) -> None:
    text = "".join((ROOT / file).read_text() for file in files)
    read = set(re.findall(r"\b(?:core|marts|governance)\.((?:dim|fct|rpt)_\w+)", text))
    assert exposed()[exposure] == read


def test_the_export_and_the_semantic_layer_are_exposed_as_they_are() -> None:
    marts = {name for name, model in MODELS.items() if model.schema in ("marts", "governance")}
    assert exposed()["exported_marts"] == marts
    text = (ROOT / "models" / "semantic" / "_semantic__models.yml").read_text()
    asked = set(re.findall(r"model: ref\('(\w+)'\)", text))
    assert exposed()["semantic_layer"] == asked | {"dim_days", "dim_fiscal_months"}
