"""The form of suites: what an analyst may leave out, and what is said of each mistake."""

import copy
import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from orchestration.checks import expectations, try_suites
from orchestration.checks.suites import FOLDER, check_suites, load_suites, suite_tables
from orchestration.ops.exits import BadInputError
from orchestration.publishing.files import swap_link
from orchestration.publishing.generations import Warehouse

from .conftest import Make

TABLES = {"core.fct_orders", "core.dim_customers", "marts.rpt_whale_curve"}


@pytest.fixture
def template(project_root: Path) -> dict[str, Any]:
    path = project_root / "expectations" / "templates" / "suite.json"
    content = json.loads(path.read_text("utf-8"))
    return dict(content)


def write(root: Path, suite: object, name: str = "suite") -> Path:
    path = root / FOLDER / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(suite if isinstance(suite, str) else json.dumps(suite), "utf-8")
    return path


def test_the_template_is_a_suite(tmp_path: Path, template: dict[str, Any]) -> None:
    write(tmp_path, template)
    assert check_suites(tmp_path, TABLES) == []
    (suite,) = load_suites(tmp_path)
    assert suite_tables(suite) == ["core.dim_customers", "core.fct_orders"]
    assert expectations.check_types([suite]) == []
    query = suite["expectations"][2]["kwargs"]["unexpected_rows_query"]
    assert query.startswith("select month, count(*) as failing\nfrom {batch}\n")


def test_the_suites_of_the_project_are_well_formed(project_root: Path) -> None:
    suites = load_suites(project_root)
    names = [suite["name"] for suite in suites]
    assert names == ["core", "drift", "extracts", "marts", "presence", "tagging"]
    tables = {table for suite in suites for table in suite_tables(suite)}
    assert check_suites(project_root, tables) == []
    assert expectations.check_types(suites) == []


def test_ids_follow_from_the_names(tmp_path: Path, template: dict[str, Any]) -> None:
    write(tmp_path, template)
    ids = [item["id"] for item in load_suites(tmp_path)[0]["expectations"]]
    assert len(set(ids)) == 3
    assert ids == [item["id"] for item in load_suites(tmp_path)[0]["expectations"]]
    other = copy.deepcopy(template)
    other["name"] = "other"
    write(tmp_path, other, "other")
    assert not set(ids) & {i["id"] for i in load_suites(tmp_path)[0]["expectations"]}


def test_a_suite_is_for_its_companies(tmp_path: Path, template: dict[str, Any]) -> None:
    template["meta"] |= {"companies": ["demo"], "table": "core.unheard_of"}
    write(tmp_path, template)
    assert len(load_suites(tmp_path, "demo")) == 1
    assert load_suites(tmp_path, "adventureworks") == []
    assert check_suites(tmp_path, TABLES, "demo")
    assert check_suites(tmp_path, TABLES, "adventureworks") == []


def change(suite: dict[str, Any], place: str, value: object) -> None:
    """Set what stands at a place such as `expectations.0.meta.owner`; None takes it out."""
    *path, last = place.split(".")
    holder: Any = suite
    for step in path:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    if value is None:
        del holder[last]
    else:
        holder[last] = value


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("meta.owner.", None, "copy the template"),
        ("meta.owner", None, "meta.owner is missing"),
        ("meta.why", "", "meta.why is missing"),
        ("meta.runs_after", "midnight", "write core or marts"),
        ("meta.runs_after", None, "write core or marts"),
        ("meta.table", None, "meta.table is missing"),
        ("meta.table", "core.fct_order", "if it is core.fct_orders, write that"),
        ("meta.table", "core.fct_orders; drop table x", "has no table"),
        ("meta.table", "marts.rpt_whale_curve", "is built after core"),
        ("meta.runs_after", "marts", "reads no table that is built after core"),
        ("meta.other_tables", ["core.nowhere"], "has no table 'core.nowhere'"),
        ("meta.companies", "demo", "write a list of companies"),
        ("meta.companies", [], "write a list of companies"),
        ("meta.compnies", ["demo"], "if it is companies, rename it"),
        ("name", "another", "write 'suite'"),
        ("expectations", [], "has no expectations"),
        ("expectations", ["what"], "is not an object"),
        ("expectations.0.type", None, "type is missing"),
        ("expectations.0.severity", "warning", "severity is not known here"),
        ("expectations.0.id", "7", "is no UUID"),
        ("expectations.0.meta.owner", None, "meta.owner is missing"),
        ("expectations.0.meta.why", " ", "meta.why is missing"),
        ("expectations.0.meta.remedy", None, "meta.remedy is missing"),
        ("expectations.0.meta.remdy", "x", "if it is remedy, rename it"),
        ("expectations.0.meta.name", "Not a name", "meta.name takes lower-case"),
        ("expectations.0.meta.name", "no_endless_orders", "occurs twice"),
        ("expectations.1.meta.table", "core.nobody", "has no table 'core.nobody'"),
        ("expectations.2.kwargs.unexpected_rows_query", 3, "is not a query"),
        ("expectations.2.meta.observed_query", {}, "is not a query"),
    ],
)
def test_each_mistake_is_told_with_file_and_remedy(
    tmp_path: Path, template: dict[str, Any], place: str, value: object, said: str
) -> None:
    if place == "meta.owner.":
        template["meta"] = "mine"
    else:
        change(template, place, value)
    write(tmp_path, template)
    wrong = check_suites(tmp_path, TABLES)
    assert any(said in line for line in wrong), wrong
    assert all(line.startswith("expectations/suites/suite.json: ") for line in wrong)


def test_an_id_belongs_to_one_expectation(tmp_path: Path, template: dict[str, Any]) -> None:
    for number in (0, 1):
        template["expectations"][number]["id"] = "c92c4196-e797-5d66-b427-f9130d10d459"
    write(tmp_path, template)
    (line,) = check_suites(tmp_path, TABLES)
    assert "customers_with_an_acquisition_date: has the id of suite.lines_of_an_order" in line


def test_what_is_no_json_is_told(tmp_path: Path) -> None:
    write(tmp_path, '{"name": "suite",}')
    (line,) = check_suites(tmp_path, TABLES)
    assert line.startswith("expectations/suites/suite.json: is not JSON (")
    assert load_suites(tmp_path) == []


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("expectations.0.type", "expect_wonders", "expect_wonders not found"),
        ("expectations.0.kwargs.colum", "x", "colum"),
    ],
)
def test_the_library_is_asked_for_types_and_arguments(
    tmp_path: Path, template: dict[str, Any], place: str, value: object, said: str
) -> None:
    change(template, place, value)
    write(tmp_path, template)
    (line,) = expectations.check_types(load_suites(tmp_path))
    assert line.startswith("expectations/suites/suite.json: expectation lines_of_an_order: ")
    assert said in line


def test_the_readme_of_the_template_names_every_key(project_root: Path) -> None:
    from orchestration.checks import outcomes, suites

    text = (project_root / "expectations" / "templates" / "README.md").read_text("utf-8")
    for column in outcomes.WORDS + outcomes.FIGURES:
        assert f"`{column}`" in text, column
    for key in suites._SUITE_META - {"name"} | suites._META:
        assert f"`meta.{key}`" in text, key


def test_copying_the_template_is_all_it_takes(
    tmp_path: Path, template: dict[str, Any], project_root: Path
) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    source = project_root / "expectations" / "templates" / "suite.json"
    shutil.copyfile(source, folder / "my_suite.json")
    (line,) = check_suites(tmp_path, TABLES)
    assert line.endswith("name is 'suite'; write 'my_suite', the file's name")


def test_the_example_of_the_page_is_a_suite(tmp_path: Path, project_root: Path) -> None:
    text = (project_root / "docs" / "expectations.md").read_text("utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    write(tmp_path, example, "visits")
    assert check_suites(tmp_path, {"core.fct_activity_events"}) == []
    assert expectations.check_types(load_suites(tmp_path)) == []


def test_the_page_names_every_suite_and_drift_setting(project_root: Path) -> None:
    text = (project_root / "docs" / "expectations.md").read_text("utf-8")
    for suite in load_suites(project_root):
        assert f"| `{suite['name']}` |" in text
    settings = (project_root / "seeds" / "reference" / "settings.csv").read_text("utf-8")
    for setting in re.findall(r"^(drift_\w+),", settings, re.MULTILINE):
        assert f"`{setting}`" in text, setting


def test_every_setting_that_a_query_reads_exists(project_root: Path) -> None:
    settings = (project_root / "seeds" / "reference" / "settings.csv").read_text("utf-8")
    known = set(re.findall(r"^(\w+),", settings, re.MULTILINE))
    read = set(re.findall(r"setting = '(\w+)'", json.dumps(load_suites(project_root))))
    named = set(re.findall(r"(\w+(?:_pct|_factor|_points)) in company_settings",
                           json.dumps(load_suites(project_root))))
    assert len(read) > 15 and len(named) > 15
    assert read | named <= known


@pytest.mark.parametrize(
    ("arguments", "names"),
    [([], []), ([""], []), (["one"], ["one"]), (["one two"], ["one", "two"])],
)
def test_suites_to_try_are_named_in_one_setting(
    warehouse: Warehouse,
    make_generation: Make,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    names: list[str],
) -> None:
    """`make expectations` hands SUITE on as it is, also where it says nothing."""
    asked: list[list[str]] = []

    def chosen(settings: object, database: Path, names: list[str]) -> list[Any]:
        asked.append(names)
        raise BadInputError("none")

    make_generation("run-1")
    swap_link(warehouse.current, "generations/run-1")
    monkeypatch.setenv("WAREHOUSE", str(warehouse.root))
    monkeypatch.setattr(try_suites, "buffer_rows", lambda: None)
    monkeypatch.setattr(try_suites, "chosen_suites", chosen)
    assert try_suites.main(arguments) == 2
    assert asked == [names]


def test_the_limit_of_what_is_judged_has_a_default(project_root: Path) -> None:
    """`core.dim_settings` has a row for each setting; without a value nothing could be judged."""
    judged = [s for s in load_suites(project_root) if "judged_query" in s["meta"]]
    read = {name for s in judged for name in re.findall(r"= '(\w+)'", s["meta"]["judged_query"])}
    assert len(judged) >= 4 and read == {"judged_from_rows"}
    with (project_root / "seeds" / "reference" / "settings.csv").open(encoding="utf-8") as file:
        defaults = [row for row in csv.DictReader(file) if row["setting"] in read]
    assert [(row["data_type"], row["default_value"].isdecimal()) for row in defaults] == [
        ("integer", True)
    ]


def test_the_suites_that_wait_wait_for_the_same(project_root: Path) -> None:
    suites = load_suites(project_root)
    assert len({s["meta"]["judged_query"] for s in suites if "judged_query" in s["meta"]}) == 1
