"""Composing assumptions: what is left out becomes empty, what is wrong is named, nothing else."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.landing.assumptions import compose, landing_rules, resolved_settings
from orchestration.landing.declarations import read_seeds
from tests.python.landing.company import PROJECT_ROOT

GOOD = {
    "company_settings": "setting,value\nfunctional_currency,EUR\nfx_max_age_days,5\n"
    "last_plausible_date,2050-06-30\n",
    "account_classification": (
        "account_id,cost_nature,control_component,statement_line_id,cost_category\n"
        "4000,controlled,gross_sales,,\n"
        "6000,pool,,,personnel\n"
        "6100,direct,,direct_customer_cost,\n"
        "6200,controlled,order_cost:freight,,\n"
    ),
    "activities": (
        "activity_id,activity_name,cost_center_id,behaviour,resource_share,valid_from\n"
        "A1,Visit,K1,induced,0.75,2024-01-01\n"
        'A2,"Lead, plan",K1,neutral,0.25,2024-01-01\n'
    ),
    "processes": "process_id,process_name,object_level,driver_id\nV1,Visits,customer,visits\n",
    "activity_processes": "activity_id,process_id,share,valid_from\nA1,V1,1,2024-01-01\n",
    "process_capacities": (
        "process_id,valid_from,practical_capacity_quantity\nV1,2024-01-01,100\n"
    ),
    "tag_schemes": "tag_scheme,description,is_required,is_exclusive\nsize,Size,true,true\n",
    "tag_values": "tag_scheme,tag_value,label,sort_order\nsize,large,Large,1\nsize,small,,2\n",
    "tag_aliases": "tag_scheme,alias,tag_value\nsize,Enterprise,large\n",
    "tag_source_priority": "tag_scheme,source_system,priority\nsize,crm,1\n",
}

Compose = Callable[..., list[str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a project with the declared seeds and one company, all of whose seeds are good."""
    reference = tmp_path / "seeds" / "reference"
    shutil.copytree(PROJECT_ROOT / "seeds" / "reference", reference)
    company = tmp_path / "seeds" / "acme"
    company.mkdir()
    for seed, content in GOOD.items():
        (company / f"{seed}.csv").write_text(content)
    return tmp_path


@pytest.fixture
def composed(root: Path) -> Compose:
    """Return a function that puts contents into seeds, composes, and returns the findings."""

    def run(**contents: str | bytes) -> list[str]:
        for seed, content in contents.items():
            raw = content.encode() if isinstance(content, str) else content
            (root / "seeds" / "acme" / f"{seed}.csv").write_bytes(raw)
        existed = (root / "out").exists()
        findings = compose("acme", root / "out", root)
        assert all(finding.remedy for finding in findings)
        assert (root / "out").exists() == (existed or not findings)
        return [
            f"{finding.file}: {finding.record}: {finding.expected}: {finding.found}"
            for finding in findings
        ]

    return run


def read(path: Path) -> list[list[str]]:
    with path.open(newline="") as stream:
        return list(csv.reader(stream))


def test_every_declared_seed_is_there_afterwards(root: Path, composed: Compose) -> None:
    assert composed() == []
    seeds = read_seeds(root)
    assert {path.name for path in (root / "out").iterdir()} == {f"{s.name}.csv" for s in seeds}
    for seed in seeds:
        rows = read(root / "out" / f"{seed.name}.csv")
        assert rows[0] == [column.name for column in seed.columns]
        assert (len(rows) > 1) == (seed.name in GOOD)
    assert read(root / "out" / "activities.csv")[2][1] == "Lead, plan"


def test_columns_are_written_in_declared_order_and_left_out_ones_empty(
    root: Path, composed: Compose
) -> None:
    assert composed(tag_values="label,sort_order,tag_value,tag_scheme\nLarge,1,large,size\n") == []
    assert read(root / "out" / "tag_values.csv")[1] == ["size", "large", "Large", "1"]
    first = read(root / "out" / "account_classification.csv")[1]
    assert first[:4] == ["4000", "", "controlled", "gross_sales"] and len(first) == 10


def test_a_header_without_rows_is_a_good_seed(composed: Compose) -> None:
    assert composed(imputed_costs="cost_id,valid_from,monthly_amount,cost_category\n") == []


def test_a_seed_may_have_a_column_named_reason(composed: Compose) -> None:
    rows = "month,reopened_on,by,approved_by,reason\n2024-01-01,2024-02-07,a,b,late\n"
    assert composed(reopened_months=rows) == []


def test_only_files_whose_content_changed_are_written(root: Path, composed: Compose) -> None:
    composed()
    before = {path.name: path.stat().st_ino for path in (root / "out").iterdir()}
    (root / "seeds" / "acme" / "tag_aliases.csv").write_text(GOOD["tag_aliases"] + "size,S,small\n")
    (root / "out" / "stale.csv").write_text("x\n")
    assert compose("acme", root / "out", root) == []
    after = {path.name: path.stat().st_ino for path in (root / "out").iterdir()}
    assert {name for name in before if before[name] != after.get(name)} == {"tag_aliases.csv"}
    assert set(after) == set(before)


def test_with_an_error_the_composed_seeds_stay_as_they_were(root: Path, composed: Compose) -> None:
    composed()
    before = (root / "out" / "tag_values.csv").read_bytes()
    (root / "seeds" / "acme" / "tag_values.csv").write_text("tag_scheme\n")
    assert compose("acme", root / "out", root)
    assert (root / "out" / "tag_values.csv").read_bytes() == before


@pytest.mark.parametrize("company", ["nobody", "reference", "../acme", "Acme", "", "a-b"])
def test_an_unknown_company_is_named(root: Path, company: str) -> None:
    (finding,) = compose(company, root / "out", root)
    assert finding.severity == "error" and not (root / "out").exists()


def test_a_missing_folder_of_assumptions_is_named_in_full(root: Path) -> None:
    (finding,) = compose("nobody", root / "out", root)
    assert str(finding) == (
        f"error: {root}/seeds/nobody: expected a folder of the assumptions of nobody; found none; "
        "make it, with company_settings.csv and account_classification.csv at least"
    )


@pytest.mark.parametrize("name", ["tag_value.csv", "tag_values.xlsx", "more"])
def test_an_unknown_file_is_named(root: Path, composed: Compose, name: str) -> None:
    (root / "seeds" / "acme" / name).write_text("x\n")
    (root / "seeds" / "acme" / "README.md").write_text("x\n")
    assert composed() == [f"{name}: None: files of declared seeds only: a file of no declared seed"]


@pytest.mark.parametrize(
    ("seed", "content", "expected"),
    [
        ("tag_values", "", "None: a header line: an empty file"),
        (
            "tag_values",
            "tag_scheme,tag_value,label\nsize,large,L\n",
            "None: a column sort_order: none",
        ),
        (
            "tag_aliases",
            "tag_scheme,alias,tag_value,x\n",
            "None: columns among tag_scheme, alias, tag_value: a column 'x'",
        ),
        (
            "tag_aliases",
            "tag_scheme,alias,tag_value,alias\n",
            "None: each column once: 'alias' twice",
        ),
        (
            "tag_aliases",
            "tag_scheme,alias,tag_value\nsize,E\n",
            "1: as many values as the header has names: wrong_field_count",
        ),
        (
            "tag_aliases",
            'tag_scheme,alias,tag_value\nsize,"E,large\n',
            "1: quotes that are closed: malformed_quote",
        ),
        (
            "tag_aliases",
            b"tag_scheme,alias,tag_value\nsize,\xff,large\n",
            "1: UTF-8: invalid_encoding",
        ),
        ("tag_aliases", "tag_scheme,alias,tag_value\nsize,E,\n", "1: a value in tag_value: none"),
        (
            "tag_source_priority",
            "tag_scheme,source_system,priority\nsize,crm,first\n",
            "1: a whole number in priority: 'first'",
        ),
        (
            "tag_source_priority",
            "tag_scheme,source_system,priority\nsize,a,1\nsize,a,2\n",
            "2: one row for each tag_scheme, source_system: size, a again, as in record 1",
        ),
        (
            "allowance_rates",
            "days_overdue_from,rate\n30,0.1234567890123\n",
            "1: a number with a point and at most 12 decimals in rate: '0.1234567890123'",
        ),
        (
            "process_capacities",
            "process_id,valid_from,practical_capacity_quantity\nV1,2024-01-15,100\n",
            "1: valid_from on the first of a month: 2024-01-15",
        ),
        (
            "process_capacities",
            "process_id,valid_from,practical_capacity_quantity\nV1,2024-02-30,100\n",
            "1: a date as YYYY-MM-DD in valid_from: '2024-02-30'",
        ),
        (
            "closed_months",
            "month,closed_on,by,approved_by\n2024-01-31,2024-02-05,a,b\n",
            "1: month on the first of a month: 2024-01-31",
        ),
        (
            "processes",
            "process_id,process_name,object_level,driver_id\nV1,Visits,client,visits\n",
            "1: one of product, order, customer, segment in object_level: 'client'",
        ),
        (
            "tag_schemes",
            "tag_scheme,description,is_required,is_exclusive\nsize,Size,yes,true\n",
            "1: true or false in is_required: 'yes'",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_named(
    composed: Compose, seed: str, content: str | bytes, expected: str
) -> None:
    assert f"{seed}.csv: {expected}" in composed(**{seed: content})


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("functional_currency,EUR\nfunctional_curency,EUR\n", "2: a setting among"),
        ("reporting_currency,EUR\n", "None: a value for functional_currency: none"),
        ("functional_currency,\n", "None: a value for functional_currency: none"),
        ("functional_currency,euro\n", "1: functional_currency to be a currency code"),
        ("functional_currency,EUR\nfx_max_age_days,7.5\n", "2: fx_max_age_days to be an integer"),
        ("functional_currency,EUR\nfx_max_age_days,-1\n", "2: fx_max_age_days to be an integer"),
        (
            "functional_currency,EUR\nrejected_row_limit_pct,1%\n",
            "2: rejected_row_limit_pct to be a decimal",
        ),
        (
            "functional_currency,EUR\nservice_allocation_method,magic\n",
            "2: service_allocation_method to be one of",
        ),
        ("functional_currency,EUR\nfunctional_currency,USD\n", "2: one row for each setting"),
        (
            "functional_currency,EUR\nfirst_plausible_date,2024-02-30\n",
            "2: first_plausible_date to be a date YYYY-MM-DD: '2024-02-30'",
        ),
        (
            "functional_currency,EUR\nlast_plausible_date,31.12.2030\n",
            "2: last_plausible_date to be a date YYYY-MM-DD",
        ),
        (
            "functional_currency,EUR\nlast_plausible_date,1989-12-31\n",
            "None: first_plausible_date not after last_plausible_date: 1990-01-01 and 1989-12-31",
        ),
        (
            "functional_currency,EUR\nfiscal_year_first_month,13\n",
            "2: fiscal_year_first_month to be one of 1, 2",
        ),
    ],
)
def test_what_is_wrong_with_a_setting_is_named(composed: Compose, rows: str, expected: str) -> None:
    findings = composed(company_settings=f"setting,value\n{rows}")
    assert any(finding.startswith(f"company_settings.csv: {expected}") for finding in findings)


def test_a_plan_may_follow_another_and_stand_beside_one_of_another_line(
    composed: Compose,
) -> None:
    rows = (
        "size:large,discount,2024-01-01,2024-03-01,1\n"
        "size:large,discount,2024-04-01,2024-04-01,1\n"
        "size:large,gross_sales,2024-01-01,2024-04-01,0\n"
        "size:small,discount,2024-01-01,2024-04-01,-1\n"
    )
    assert composed(plans=PLANS + rows) == []


def test_settings_are_the_companys_or_the_defaults(root: Path, composed: Compose) -> None:
    composed()
    settings = resolved_settings(root / "out", root)
    assert settings["functional_currency"] == "EUR"
    assert settings["fx_max_age_days"] == "5"
    assert settings["returning_after_months"] == "12"
    assert settings["fiscal_year_first_month"] == "1"
    rules = landing_rules(settings)
    assert (rules.functional_currency, rules.fx_max_age_days) == ("EUR", 5)
    assert rules.rejected_row_limit_pct == 1
    assert rules.first_plausible_date.isoformat() == "1990-01-01"
    assert rules.last_plausible_date.isoformat() == "2050-06-30"


SERVICES = "from_cost_center_id,to_cost_center_id,usage_quantity,valid_from\n"
PLANS = "segment_id,line_id,month_from,month_to,value\n"
ACTIVITIES = "activity_id,activity_name,cost_center_id,behaviour,resource_share,valid_from\n"
SHARES = "activity_id,process_id,share,valid_from\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["A1,K1,0.75,2024-01", "A2,K1,0.25,2024-01"], []),
        (["A1,K1,0.33333333,2024-01", "A2,K1,0.33333333,2024-01", "A3,K1,0.33333333,2024-01"], []),
        (["A1,K1,0.99999999,2024-01"], ["1: K1: 0.999999990000 from 2024-01-01"]),
        (["A1,K1,0.75,2024-01", "A2,K1,0.26,2024-01"], ["2: K1: 1.010000000000 from 2024-01-01"]),
        # A row replaces its own activity only, until the next.
        (
            ["A1,K1,0.75,2024-01", "A2,K1,0.25,2024-01", "A1,K1,0.5,2024-03"],
            ["3: K1: 0.750000000000 from 2024-03-01"],
        ),
        (
            ["A1,K1,0.75,2024-01", "A2,K1,0.25,2024-01", "A1,K1,0.5,2024-03", "A2,K1,0.5,2024-03"],
            [],
        ),
        # Zero ends a row; with all rows ended there is nothing to share.
        (["A1,K1,0.75,2024-01", "A2,K1,0.25,2024-01", "A1,K1,1,2024-03", "A2,K1,0,2024-03"], []),
        (["A1,K1,1,2024-01", "A1,K1,0,2024-03"], []),
        # An activity that moves leaves a gap behind.
        (
            ["A1,K1,0.75,2024-01", "A2,K1,0.25,2024-01", "A2,K2,1,2024-03"],
            ["1: K1: 0.750000000000 from 2024-03-01"],
        ),
        # What is mended later was wrong before, and what is wrong twice is told once.
        (["A1,K1,0.75,2024-01", "A2,K1,0.25,2024-02"], ["1: K1: 0.750000000000 from 2024-01-01"]),
        (["A1,K1,0.7,2024-01", "A1,K1,0.8,2024-02"], ["1: K1: 0.700000000000 from 2024-01-01"]),
    ],
)
def test_shares_of_a_cost_centre_sum_to_one_from_every_date(
    composed: Compose, rows: list[str], expected: list[str]
) -> None:
    lines = []
    for row in rows:
        activity, center, share, month = row.split(",")
        lines.append(f"{activity},Name,{center},induced,{share},{month}-01\n")
    findings = composed(activities=ACTIVITIES + "".join(lines))
    assert findings == [
        f"activities.csv: {finding}".replace(
            ": K", ": the resource_share of each cost_center_id to sum to one: K", 1
        )
        for finding in expected
    ]


def test_shares_of_an_activity_sum_to_one_over_its_processes(composed: Compose) -> None:
    two = GOOD["processes"] + "V2,Calls,customer,calls\n"
    good = "A1,V1,0.4,2024-01-01\nA1,V2,0.6,2024-01-01\nA2,V1,1,2024-01-01\n"
    assert composed(processes=two, activity_processes=SHARES + good) == []
    moved = "A1,V1,0.5,2024-02-01\n"
    assert composed(activity_processes=SHARES + good + moved) == [
        "activity_processes.csv: 4: the share of each activity_id to sum to one: "
        "A1: 1.100000000000 from 2024-02-01"
    ]
    negative = "A1,V1,-0.4,2024-01-01\nA1,V2,1.4,2024-01-01\n"
    assert composed(activity_processes=SHARES + negative) == [
        "activity_processes.csv: 1: share of zero or more: A1, V1: -0.400000000000"
    ]


@pytest.mark.parametrize(
    ("seed", "content", "expected"),
    [
        ("activity_processes", SHARES + "A9,V1,1,2024-01-01\n", "1: a known activity: A9"),
        ("activity_processes", SHARES + "A1,V9,1,2024-01-01\n", "1: a known process: V9"),
        (
            "process_capacities",
            "process_id,valid_from,practical_capacity_quantity\nV9,2024-01-01,1\n",
            "1: a known process: V9",
        ),
        (
            "process_capacities",
            "process_id,valid_from,practical_capacity_quantity\nV1,2024-01-01,-1\n",
            "1: practical_capacity_quantity of zero or more: V1: -1.0000",
        ),
        ("tag_values", GOOD["tag_values"] + "seize,large,,3\n", "3: a known scheme: seize"),
        (
            "tag_source_priority",
            "tag_scheme,source_system,priority\nseize,crm,1\n",
            "1: a known scheme: seize",
        ),
        (
            "tag_aliases",
            "tag_scheme,alias,tag_value\nsize,XL,huge\n",
            "1: an alias of a known value: size, huge",
        ),
        (
            "tag_aliases",
            "tag_scheme,alias,tag_value\nsize,small,large\n",
            "1: an alias that is not itself another value: "
            "'small' of size, like 'small' in record 2 of tag_values",
        ),
        (
            "tag_aliases",
            "tag_scheme,alias,tag_value\nsize,L,large\nsize, Small ,large\n",
            "2: an alias that is not itself another value: "
            "' Small ' of size, like 'small' in record 2 of tag_values",
        ),
        (
            "tag_aliases",
            "tag_scheme,alias,tag_value\nsize,ENT,large\nsize,ent ,small\n",
            "2: one value for an alias, however it is spelled: "
            "'ent ' of size, like 'ENT' in record 1 of tag_aliases",
        ),
        (
            "tag_values",
            GOOD["tag_values"] + "size, LARGE,,3\n",
            "3: values that differ in more than case and blanks: "
            "' LARGE' of size, like 'large' in record 1 of tag_values",
        ),
        (
            "account_classification",
            "account_id,cost_nature,statement_line_id\n1,direct,direct_custmer_cost\n",
            "1: a statement line of seeds/reference/statement_lines.csv: direct_custmer_cost",
        ),
        (
            "account_classification",
            "account_id,cost_nature\n1,direct\n",
            "1: a statement_line_id for a direct account: 1 without one",
        ),
        (
            "account_classification",
            "account_id,cost_nature\n1,controlled\n",
            "1: a control_component for a controlled account: 1 without one",
        ),
        (
            "account_classification",
            "account_id,cost_nature\n1,pool\n",
            "1: a cost_category for a pool account: 1 without one",
        ),
        (
            "account_classification",
            "account_id,cost_nature,control_component\n1,controlled,sales\n",
            "1: text like gross_sales",
        ),
        (
            "processes",
            GOOD["processes"]
            .replace("driver_id\n", "driver_id,charging_rate_basis\n")
            .replace("visits\n", "visits,\nV2,Calls,customer,calls,standard\n"),
            "2: a standard_cost_rate in process_capacities for a process charged at standard: "
            "V2 without a row",
        ),
        (
            "activities",
            ACTIVITIES + "A1,Visit,K1,induced,1.25,2024-01-01\n"
            "A2,Plan,K1,neutral,-0.25,2024-01-01\n",
            "2: resource_share of zero or more: A2: -0.250000000000",
        ),
        (
            "service_allocations",
            "from_cost_center_id,to_cost_center_id,usage_quantity,valid_from\n"
            "K1,K2,3,2024-01-01\nK1,K3,-3,2024-01-01\n",
            "2: usage_quantity of zero or more: K1, K3: -3.0000",
        ),
        (
            "service_allocations",
            SERVICES + "K1,K2,3,2024-01-01\nK2,K1,1,2024-01-01\nK1,K1,9,2024-01-01\n"
            "K1,K3,1,2024-01-01\nK1,K3,0,2024-03-01\nK5,K3,1,2024-01-01\n",
            "1: service cost centres that serve somebody besides each other: K1, K2 from "
            "2024-03-01",
        ),
        (
            "time_equations",
            "driver_id,option_id,minutes\nvisits,base,30\nvisits,by_phone,-20\n",
            "2: minutes of zero or more: visits, by_phone: -20.0000",
        ),
        (
            "process_capacities",
            "process_id,valid_from,practical_capacity_quantity,standard_cost_rate\n"
            "V1,2024-01-01,100,-2.5\n",
            "1: standard_cost_rate of zero or more: V1: -2.50000000",
        ),
        (
            "relationship_phases",
            "phase,sort_order\na,1\nb,1\n",
            "2: phases in a definite order: sort_order 1 twice",
        ),
        (
            "plans",
            PLANS + "size:huge,gross_sales,2024-01-01,2024-12-01,1\n",
            "1: a segment of an exclusive scheme, scheme:value: size:huge",
        ),
        (
            "plans",
            PLANS + "size:large,sales,2024-01-01,2024-12-01,1\n",
            "1: a line of seeds/reference/statement_lines.csv that is no subtotal: sales",
        ),
        (
            "plans",
            PLANS + "size:large,net_revenue,2024-01-01,2024-12-01,1\n",
            "1: a line of seeds/reference/statement_lines.csv that is no subtotal: net_revenue",
        ),
        (
            "plans",
            PLANS + "size:large,discount,2024-02-01,2024-01-01,1\n",
            "1: a month_to that is not before month_from: size:large, discount: 2024-02-01 to "
            "2024-01-01",
        ),
        (
            "plans",
            PLANS + "size:large,discount,2024-01-01,2124-01-01,1\n",
            "1: a plan of at most 100 years: size:large, discount: 2024-01-01 to 2124-01-01",
        ),
        (
            "plans",
            PLANS + "size:large,discount,2024-01-01,2024-03-01,1\n"
            "size:large,discount,2024-03-01,2024-04-01,1\n",
            "2: one plan for a segment, line and month: size:large, discount from 2024-03-01, like "
            "record 1",
        ),
    ],
)
def test_what_breaks_a_rule_between_rows_is_named(
    composed: Compose, seed: str, content: str, expected: str
) -> None:
    (finding,) = composed(**{seed: content})
    assert finding.startswith(f"{seed}.csv: {expected}")


def test_a_centre_may_end_where_others_go_on(composed: Compose) -> None:
    rows = (
        "K1,K2,3,2024-01-01\nK2,K1,1,2024-01-01\nK2,K3,0.0001,2024-01-01\n"
        "K1,K2,0,2024-02-01\nK2,K1,0,2024-02-01\nK2,K3,0,2024-02-01\n"
    )
    assert composed(service_allocations=SERVICES + rows) == []


def test_step_down_needs_a_step_for_each_giver(composed: Compose) -> None:
    given = {
        "company_settings": "setting,value\nfunctional_currency,EUR\n"
        "service_allocation_method,{method}\n",
        "service_allocations": SERVICES + "K1,K2,3,2024-01-01\nK4,K3,1,2024-01-01\n",
        "service_order": "cost_center_id,step\nK1,1\n",
    }
    found = {}
    for method in ("step_down", "reciprocal"):
        settings = given["company_settings"].format(method=method)
        found[method] = composed(**{**given, "company_settings": settings})
    assert found["reciprocal"] == []
    assert found["step_down"] == [
        "service_allocations.csv: 2: a step in service_order for each giver of the method "
        "step_down: K4 without a step"
    ]


AT_STANDARD = (
    "process_id,process_name,object_level,driver_id,charging_rate_basis\n"
    "V1,Visits,customer,visits,{basis}\n"
)
RATES = "process_id,valid_from,practical_capacity_quantity,standard_cost_rate\n"


@pytest.mark.parametrize(
    ("basis", "rows", "expected"),
    [
        ("standard", ["2024-01,100,2.5", "2024-03,120,2.6"], []),
        ("standard", ["2024-01,100,2.5", "2024-03,120,"], ["2: V1 from 2024-03-01: none"]),
        ("standard", ["2024-01,100,", "2024-03,120,2.6"], ["1: V1 from 2024-01-01: none"]),
        ("standard", ["2024-01,100,0"], ["1: V1 from 2024-01-01: 0.00000000"]),
        # A capacity of zero ends the process; it charges nothing from then on.
        ("standard", ["2024-01,100,2.5", "2024-03,0,"], []),
        ("capacity", ["2024-01,100,"], []),
        ("", ["2024-01,100,"], []),
    ],
)
def test_a_process_at_standard_has_a_rate_wherever_it_has_capacity(
    composed: Compose, basis: str, rows: list[str], expected: list[str]
) -> None:
    lines = [f"V1,{row.replace(',', '-01,', 1)}\n" for row in rows]
    findings = composed(
        processes=AT_STANDARD.format(basis=basis), process_capacities=RATES + "".join(lines)
    )
    wanted = "a standard_cost_rate above zero wherever a process charged at standard has capacity"
    assert findings == [
        f"process_capacities.csv: {finding.replace(': ', f': {wanted}: ', 1)}"
        for finding in expected
    ]


def test_spellings_of_one_value_and_of_other_schemes_are_free(composed: Compose) -> None:
    findings = composed(
        tag_schemes=GOOD["tag_schemes"] + "region,Region,true,true\n",
        tag_values=GOOD["tag_values"] + "region,Large,,1\n",
        tag_aliases="tag_scheme,alias,tag_value\n"
        "size,LARGE,large\nsize,ENT,large\nsize,ent,large\nregion,Small,Large\n",
    )
    assert findings == []


@pytest.mark.parametrize(
    "company",
    sorted(
        path.name
        for path in (PROJECT_ROOT / "seeds").iterdir()
        if path.name != "reference" and (path / "company_settings.csv").exists()
    ),
)
def test_the_companies_of_the_project_are_good(tmp_path: Path, company: str) -> None:
    assert [str(finding) for finding in compose(company, tmp_path / "out", PROJECT_ROOT)] == []
