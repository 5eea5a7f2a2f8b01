"""The suites `presence`, `extracts`, `core`, `marts` and `drift` on a small company: each can fail.

The company has fourteen months, all alike, the last of them complete. Each spoil breaks one thing,
and the expectation that stands for it is not met; a harmless one beside it is.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.checks import expectations
from orchestration.checks.outcomes import figures, why_unjudged
from orchestration.checks.suites import load_suites

LAST = "date '2025-02-01'"
GOOD = """
create schema core; create schema marts; create schema governance;
create table core.dim_settings as
    select setting, default_value as value from read_csv('{settings}', all_varchar = true);
create table core.dim_months as
    select cast(date '2024-01-01' + to_months(n) as date) as month,
        last_day(date '2024-01-01' + to_months(n)) as month_end,
        true as is_complete, n = 13 as is_last_complete
    from range(14) as numbers(n)
    union all select date '2025-03-01', date '2025-03-31', false, false;
create table core.fct_orders as
    select month, 10 * n + k as order_id, 1 + k as customer_key, month + 9 as ordered_on,
        month + 11 as shipped_on
    from (select month, row_number() over (order by month) as n from core.dim_months
        where is_complete) as months cross join range(10) as orders(k);
create table core.fct_order_lines as
    select month, order_id, 1 + order_id % 2 as product_key, false as is_return,
        2.0::decimal(18,4) as quantity, 200.00 as gross_amount, 20.00 as discount_amount,
        36.00 as tax_amount, 'EUR' as document_currency_code
    from core.fct_orders
    union all
    select month, 0, 1, true, -1, -100, -10, -18, 'EUR' from core.dim_months where is_complete;
create table core.fct_order_costs as select 'CHF' as document_currency_code;
create table core.fct_invoices as
    select month, order_id as invoice_id, ordered_on as issued_on, ordered_on + 14 as due_on,
        216.00 as amount, 36.00 as tax_amount, 'USD' as document_currency_code
    from core.fct_orders;
create table core.fct_payments as
    select month, order_id as payment_id, ordered_on + 10 as paid_on, 216.00 as amount,
        'GBP' as document_currency_code
    from core.fct_orders;
create table core.fct_activity_events as
    select months.month, months.month + 5 as occurred_on, drivers.driver_id,
        1 as customer_key, 0 as order_key, 0 as product_key
    from core.dim_months as months
    cross join (values ('visits'), ('calls')) as drivers(driver_id) cross join range(20)
    where months.is_complete;
create table core.dim_ledger_accounts as select * from (values ('rent', 'expense'),
    ('wages', 'expense'), ('sales', 'revenue')) as accounts(account_id, account_type);
create table core.fct_ledger_entries as
    select months.month, accounts.account_id,
        case accounts.account_id when 'wages' then 900 when 'rent' then 95 else -1800 end as amount
    from core.dim_months as months cross join core.dim_ledger_accounts as accounts
    where months.is_complete;
create table core.dim_customers as
    select n as customer_key, date '2023-12-01' as acquired_on from range(1, 11) as numbers(n);
create table core.fct_fx_rates_daily as
    select 'USD' as currency_code, date '2024-01-01' + n::integer as day_on,
        0.90 + 0.001 * (n % 5) as rate
    from range(20) as numbers(n);
create table core.dim_tag_schemes as select * from (values ('size', true), ('industry', false))
    as schemes(tag_scheme, is_required);
create table core.dim_statement_lines as select 'gross_sales' as line_id;
create table marts.fct_customer_contribution_monthly as
    select months.month, customers.customer_key, 200.00::decimal(18,2) as gross_sales_amount,
        180.00::decimal(18,2) as net_revenue_amount, 80.00::decimal(18,2) as contribution_1_amount,
        30.00::decimal(18,2) as contribution_2_amount
    from core.dim_months as months cross join core.dim_customers as customers
    where months.is_complete;
create table marts.fct_process_cost_rates_monthly as
    select months.month, processes.process_id, 100.00::decimal(18,2) as process_cost_amount,
        10.0 as practical_capacity_quantity, 10.0::decimal(18,2) as capacity_cost_rate,
        0.8::decimal(17,8) as utilisation,
        20.00 as unused_capacity_cost_amount
    from core.dim_months as months
    cross join (values ('visiting'), ('calling')) as processes(process_id)
    where months.is_complete;
create table marts.rpt_segment_income_statement_monthly as
    select months.month, segments.segmentation, segments.segment_id, 'gross_sales' as line_id,
        segments.amount
    from core.dim_months as months cross join (values ('size', 'size:big', 96), ('size',
        'unassigned', 4), ('industry', 'unassigned', 100)) as segments(segmentation, segment_id,
        amount);
create table governance.rpt_drift_monthly as
    select measures.measure_id, 'thing' as measured_id, months.month, months.is_last_complete,
        10.0 as observed_value, 12 as earlier_months, 9.0 as lowest_value, 11.0 as highest_value,
        months.month >= '2024-07-01' as is_judged, months.month <> '2024-08-01' as is_within_band
    from core.dim_months as months cross join (values ('driver_quantity'), ('unit_revenue'),
        ('unit_standard_cost'), ('cost_rate'), ('tag_share'), ('untagged_share'),
        ('variance_share'), ('unassigned_share')) as measures(measure_id)
    where months.is_complete;
"""
LINES = "core.fct_order_lines"
CUSTOMERS = "marts.fct_customer_contribution_monthly"
# An extract of the newest months alone, or a company that has delivered no others.
CUT = "delete from core.fct_invoices where month < '2024-12-01';"
RATES = "marts.fct_process_cost_rates_monthly"


def gone(table: str, where: str = "true") -> str:
    return f"delete from {table} where month = {LAST} and {where}"


def last(table: str, change: str) -> str:
    return f"update {table} set {change} where month = {LAST}"


def limit(setting: str, value: str) -> str:
    return f"update core.dim_settings set value = '{value}' where setting = '{setting}'"


def drifted(measure: str) -> str:
    return (
        "update governance.rpt_drift_monthly set is_within_band = false, observed_value = 12 "
        f"where is_last_complete and measure_id = '{measure}'"
    )


# suite, expectation, what breaks it, what does not (both as SQL)
CASES: list[tuple[str, str, list[str], list[str]]] = [
    (
        "extracts",
        "documents_within_the_books",
        [
            "update core.fct_orders set ordered_on = '2126-01-01' where order_id = 11",
            "update core.fct_invoices set issued_on = '2022-12-31' where invoice_id = 11",
            "update core.fct_payments set paid_on = '2026-03-01' where payment_id = 11",
            "update core.fct_activity_events set occurred_on = '1970-01-01'",
            "update core.fct_orders set ordered_on = '2023-12-31' where order_id = 11;"
            + limit("months_outside_books", "0"),
        ],
        [
            "update core.fct_orders set ordered_on = '2026-02-28' where order_id = 11",
            "update core.fct_orders set ordered_on = '2023-01-01' where order_id = 11",
        ],
    ),
    (
        "extracts",
        "ledger_months_without_a_gap",
        ["delete from core.fct_ledger_entries where month = '2024-05-01'"],
        ["delete from core.fct_ledger_entries where month = '2024-01-01'"],
    ),
    (
        "extracts",
        "orders_keep_arriving",
        [gone("core.fct_orders")],
        [gone("core.fct_orders") + ";delete from core.fct_orders where month = '2024-12-01'"],
    ),
    (
        "extracts",
        "events_of_each_driver_keep_arriving",
        [gone("core.fct_activity_events", "driver_id = 'visits'")],
        [
            "delete from core.fct_activity_events "
            "where driver_id = 'visits' and month > '2024-12-01'"
        ],
    ),
    (
        "extracts",
        "regular_expenses_keep_arriving",
        [
            gone("core.fct_ledger_entries", "account_id = 'wages'"),
            gone("core.fct_ledger_entries", "account_id = 'rent'")
            + ";"
            + limit("missing_expense_limit_pct", "9"),
        ],
        [
            gone("core.fct_ledger_entries", "account_id = 'rent'"),
            gone("core.fct_ledger_entries", "account_id = 'sales'"),
            "delete from core.fct_ledger_entries "
            "where account_id = 'wages' and month > '2024-10-01'",
        ],
    ),
    (
        "extracts",
        "volumes_like_those_of_earlier_months",
        [
            gone("core.fct_payments", "payment_id % 10 > 1"),
            f"insert into core.fct_invoices select * replace ({LAST} as month) "
            f"from core.fct_invoices where month > '2024-09-01' and month < {LAST}",
            gone("core.fct_activity_events"),
            gone(LINES, "order_id % 10 > 0"),
        ],
        [
            gone("core.fct_payments", "payment_id % 10 > 2"),
            gone("core.fct_payments") + ";delete from core.fct_payments where month < '2024-09-01'",
        ],
    ),
    (
        "extracts",
        "orders_of_known_customers",
        [
            last("core.fct_orders", "customer_key = 0"),
            "update core.fct_orders set customer_key = 0 where month < '2024-02-01'",
        ],
        ["update core.fct_orders set customer_key = 0 where order_id in (11, 12)"],
    ),
    (
        "extracts",
        "order_lines_of_known_products",
        [
            f"update {LINES} set product_key = 0 where month = {LAST} and order_id % 10 = 3",
            f"update {LINES} set product_key = 0 where month < '2024-02-01'",
        ],
        [f"update {LINES} set product_key = 0 where order_id in (11, 12)"],
    ),
    (
        "extracts",
        "events_with_an_owner",
        [
            last("core.fct_activity_events", "customer_key = 0"),
            "update core.fct_activity_events set customer_key = 0 where month < '2024-02-01'",
        ],
        ["update core.fct_activity_events set customer_key = 0, order_key = 7"],
    ),
    (
        "extracts",
        "unit_prices_within_reason",
        [
            f"update {LINES} set gross_amount = 4002 where order_id = 11",
            f"update {LINES} set gross_amount = 9.99 where order_id = 11",
        ],
        [
            f"update {LINES} set gross_amount = 4000 where order_id = 11",
            f"update {LINES} set gross_amount = 0 where order_id = 11",
            f"update {LINES} set gross_amount = 4002 where order_id = 11;"
            + limit("odd_line_limit_pct", "1"),
        ],
    ),
    (
        "extracts",
        "quantities_within_reason",
        [f"update {LINES} set quantity = 1001 where order_id = 11"],
        [f"update {LINES} set quantity = 1000 where order_id = 11"],
    ),
    (
        "extracts",
        "shipped_after_ordered",
        ["update core.fct_orders set shipped_on = ordered_on - 1 where order_id in (11, 12)"],
        [
            "update core.fct_orders set shipped_on = ordered_on - 1 where order_id = 11",
            "update core.fct_orders set shipped_on = null",
        ],
    ),
    (
        "extracts",
        "due_after_issued",
        ["update core.fct_invoices set due_on = issued_on - 1 where invoice_id in (11, 12)"],
        ["update core.fct_invoices set due_on = issued_on", "delete from core.fct_invoices"],
    ),
    (
        "core",
        "discounts_within_limit",
        [last(LINES, "discount_amount = 121"), last(LINES, "discount_amount = -1")],
        [last(LINES, "discount_amount = 120"), f"update {LINES} set discount_amount = 150"
         f" where month < {LAST}"],
    ),
    (
        "core",
        "returns_within_limit",
        [
            f"update {LINES} set gross_amount = -911 where month = {LAST} and is_return",
            gone(LINES, "not is_return"),
        ],
        [f"update {LINES} set gross_amount = -910 where month = {LAST} and is_return",
         gone(LINES, "is_return")],
    ),
    (
        "core",
        "tax_within_limit",
        [last(LINES, "tax_amount = 63.01")],
        [last(LINES, "tax_amount = 63")],
    ),
    (
        "core",
        "invoices_match_orders",
        [
            "update core.fct_invoices set amount = 380",
            "update core.fct_invoices set amount = 100",
            CUT,
            CUT + limit("invoices_from", "2023-01-01"),
        ],
        [
            "update core.fct_invoices set amount = 370",
            "delete from core.fct_invoices",
            CUT + limit("invoices_from", "2024-12-15"),
        ],
    ),
    (
        "core",
        "cash_within_what_was_invoiced",
        [
            "update core.fct_payments set amount = 324.01",
            CUT,
            CUT + limit("invoices_from", "2023-01-01"),
        ],
        [
            "update core.fct_payments set amount = 324",
            "delete from core.fct_invoices",
            CUT + limit("invoices_from", "2024-12-15"),
        ],
    ),
    (
        "core",
        "orders_after_acquisition",
        ["update core.dim_customers set acquired_on = '2030-01-01' where customer_key = 1"],
        ["update core.dim_customers set acquired_on = '2024-02-01' where customer_key < 5",
         "update core.dim_customers set acquired_on = null"],
    ),
    (
        "core",
        "exchange_rates_without_jumps",
        [
            "update core.fct_fx_rates_daily set rate = 1.14 where day_on = '2024-01-06'",
            "update core.fct_fx_rates_daily set rate = 0.67 where day_on = '2024-01-06'",
            *(
                f"update core.fct_fx_rates_daily set currency_code = '{currency}', "
                "rate = day(day_on)"
                for currency in ("EUR", "CHF", "GBP")
            ),
        ],
        [
            "update core.fct_fx_rates_daily set rate = 1.1 where day_on = '2024-01-06'",
            "update core.fct_fx_rates_daily set currency_code = 'JPY', rate = day(day_on)",
        ],
    ),
    (
        "presence",
        "ledger_is_there",
        ["delete from core.fct_ledger_entries"],
        ["delete from core.fct_ledger_entries where account_id <> 'sales'"],
    ),
    ("presence", "statements_are_there", [f"delete from {CUSTOMERS}"], [gone(CUSTOMERS)]),
    (
        "marts",
        "revenue_keeps_coming",
        [gone(CUSTOMERS), last(CUSTOMERS, "net_revenue_amount = -1")],
        [
            last(CUSTOMERS, "net_revenue_amount = 0.01"),
            gone(CUSTOMERS) + f";delete from {CUSTOMERS} where month = '2025-01-01'",
        ],
    ),
    (
        "marts",
        "direct_costs_within_revenue",
        [
            last(CUSTOMERS, "contribution_1_amount = -0.01"),
            last(CUSTOMERS, "contribution_1_amount = 180.01"),
        ],
        [last(CUSTOMERS, "contribution_1_amount = 0")],
    ),
    (
        "marts",
        "process_costs_within_revenue",
        [last(CUSTOMERS, "contribution_2_amount = -280.01")],
        [last(CUSTOMERS, "contribution_2_amount = -280")],
    ),
    (
        "marts",
        "cost_rates_are_positive",
        [
            f"update {RATES} set capacity_cost_rate = 0 where month = {LAST}",
            f"update {RATES} set capacity_cost_rate = -1 where month = {LAST}",
        ],
        [f"update {RATES} set capacity_cost_rate = -1 where month < {LAST}",
         f"update {RATES} set capacity_cost_rate = null"],
    ),
    (
        "marts",
        "utilisation_within_limit",
        [last(RATES, "utilisation = 2.01")],
        [last(RATES, "utilisation = 2"), last(RATES, "utilisation = null")],
    ),
    (
        "marts",
        "unused_capacity_within_limit",
        [last(RATES, "unused_capacity_cost_amount = 80.01")],
        [
            last(RATES, "unused_capacity_cost_amount = 80"),
            last(RATES, "unused_capacity_cost_amount = 99, practical_capacity_quantity = null"),
        ],
    ),
    (
        "marts",
        "no_customer_is_the_company",
        [f"update {CUSTOMERS} set net_revenue_amount = 1621 where customer_key = 3"],
        [f"update {CUSTOMERS} set net_revenue_amount = 1620 where customer_key = 3"],
    ),
    (
        "marts",
        "segments_hold_the_revenue",
        [
            "update marts.rpt_segment_income_statement_monthly set amount = 6 "
            "where segmentation = 'size' and segment_id = 'unassigned'"
        ],
        [
            "update marts.rpt_segment_income_statement_monthly set amount = 5 "
            "where segmentation = 'size' and segment_id = 'unassigned'"
        ],
    ),
    *[
        ("drift", name, [drifted(measure)], [drifted("nothing of the kind")])
        for name, measure in (
            ("driver_quantities_in_their_band", "driver_quantity"),
            ("unit_revenues_in_their_band", "unit_revenue"),
            ("standard_costs_in_their_band", "unit_standard_cost"),
            ("cost_rates_in_their_band", "cost_rate"),
            ("segment_shares_in_their_band", "tag_share"),
            ("untagged_shares_in_their_band", "untagged_share"),
            ("variance_share_does_not_grow", "variance_share"),
            ("unassigned_share_does_not_grow", "unassigned_share"),
        )
    ],
]
SPOILED = [(suite, name, sql) for suite, name, spoils, _ in CASES for sql in spoils]
HARMLESS = [(suite, name, sql) for suite, name, _, fine in CASES for sql in fine]


@pytest.fixture(scope="module", autouse=True)
def library() -> None:
    expectations.buffer_rows()


@pytest.fixture(scope="module")
def suites(project_root: Path) -> dict[str, dict[str, Any]]:
    return {suite["name"]: suite for suite in load_suites(project_root)}


@pytest.fixture(scope="module")
def good(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "warehouse.duckdb"
    settings = project_root / "seeds" / "reference" / "settings.csv"
    with duckdb.connect(str(path)) as connection:
        connection.execute(GOOD.format(settings=settings))
        connection.execute(limit("judged_from_rows", "100"))
    return path


def ask(suite: dict[str, Any], name: str, good: Path, folder: Path, sql: str) -> dict[str, Any]:
    database = folder / "warehouse.duckdb"
    shutil.copyfile(good, database)
    with duckdb.connect(str(database)) as connection:
        connection.execute(sql)
    chosen = [item for item in suite["expectations"] if item["meta"]["name"] == name]
    assert len(chosen) == 1, name
    (result,) = expectations.Evaluation(database).evaluate({**suite, "expectations": chosen})
    assert result["exception"] is None
    return result


def test_every_expectation_has_a_case(suites: dict[str, dict[str, Any]]) -> None:
    written = {
        (name, item["meta"]["name"])
        for name, suite in suites.items()
        if name != "tagging"
        for item in suite["expectations"]
    }
    assert written == {(suite, name) for suite, name, _, _ in CASES}


@pytest.mark.parametrize("suite", ["presence", "extracts", "core", "marts", "drift"])
def test_a_plausible_company_meets_all(
    suites: dict[str, dict[str, Any]], good: Path, suite: str
) -> None:
    results = expectations.Evaluation(good).evaluate(suites[suite])
    assert [r["name"] for r in results if not r["success"] or r["exception"]] == []
    assert [r["id"] for r in results] == [i["id"] for i in suites[suite]["expectations"]]


@pytest.mark.parametrize(("suite", "name", "sql"), SPOILED)
def test_what_cannot_be_true_is_found(
    suites: dict[str, dict[str, Any]], good: Path, tmp_path: Path, suite: str, name: str, sql: str
) -> None:
    result = ask(suites[suite], name, good, tmp_path, sql)
    assert result["success"] is False
    if result["type"] != "expect_table_row_count_to_be_between":
        assert result["failing"] > 0


@pytest.mark.parametrize(("suite", "name", "sql"), HARMLESS)
def test_what_may_be_true_is_met(
    suites: dict[str, dict[str, Any]], good: Path, tmp_path: Path, suite: str, name: str, sql: str
) -> None:
    assert ask(suites[suite], name, good, tmp_path, sql)["success"] is True


def test_a_drift_names_what_moved(
    suites: dict[str, dict[str, Any]], good: Path, tmp_path: Path
) -> None:
    result = ask(
        suites["drift"], "cost_rates_in_their_band", good, tmp_path, drifted("cost_rate")
    )
    assert result["rows"] == [
        "measure_id cost_rate, measured_id thing, month 2025-02-01, "
        "observed 12, lowest 9, highest 11"
    ]


def test_too_few_months_are_met_and_said(
    suites: dict[str, dict[str, Any]], good: Path, tmp_path: Path
) -> None:
    result = ask(
        suites["drift"],
        "cost_rates_in_their_band",
        good,
        tmp_path,
        "update governance.rpt_drift_monthly set is_judged = false, is_within_band = true",
    )
    assert result["success"] is True
    assert result["observed"] == {"judged": 0, "too_few_months": 1}
    assert figures(result) == "judged 0, too_few_months 1"


def test_nothing_of_a_customer_is_kept(
    suites: dict[str, dict[str, Any]], good: Path, tmp_path: Path
) -> None:
    """A query may return what it likes: names, mail addresses and ids of customers stay behind."""
    item = {
        "id": "7dcaccb6-d82b-534d-a0cb-9096ee277af8",
        "type": "unexpected_rows_expectation",
        "meta": {
            "name": "leaks",
            "owner": "nobody",
            "why": "test",
            "remedy": "test",
            "table": "core.fct_orders",
            "observed_query": "select 'Jane Roe' as name, 3 as orders, 'x@example.org' as mail",
        },
        "kwargs": {
            "unexpected_rows_query": "select month, 'Jane Roe' as name, customer_key, order_id, "
            "'x@example.org' as mail, 'Jane Doe' as observed, 'Jane Doe' as earlier_mean, 1.5 as "
            "highest, 2 as failing from {batch} where month = '2024-01-01' limit 7"
        },
    }
    native = {
        **item,
        "id": "c92c4196-e797-5d66-b427-f9130d10d459",
        "type": "expect_column_distinct_values_to_be_in_set",
        "kwargs": {"column": "order_id", "value_set": [1, 2]},
    }
    suite = {"name": "leaks", "expectations": [item, native]}
    first, second = expectations.Evaluation(good).evaluate(suite)
    assert (first["success"], first["failing"], first["observed"]) == (False, 14, {"orders": 3})
    assert first["rows"] == ["month 2024-01-01, highest 1.5"] * 5
    assert second["success"] is False
    for result in (first, second):
        text = json.dumps({key: result[key] for key in ("observed", "rows", "exception")})
        assert "Jane" not in text and "example.org" not in text
        assert len(text) < 300


def test_too_few_rows_are_not_judged(
    suites: dict[str, dict[str, Any]], good: Path, tmp_path: Path
) -> None:
    gap = "delete from core.fct_ledger_entries where month = '2024-05-01';"
    (events,) = duckdb.connect(str(good), read_only=True).execute(
        "select count(*) from core.fct_activity_events"
    ).fetchone() or (0,)
    name = "ledger_months_without_a_gap"
    for least, is_met in ((events, False), (events + 1, True)):
        sql = gap + limit("judged_from_rows", str(least))
        result = ask(suites["extracts"], name, good, tmp_path, sql)
        assert result["success"] is is_met
        too_little = {"judged": 0, "rows": events, "judged_from": least}
        assert (result["observed"] == too_little) is is_met
        why = [f"1 not judged ({events} rows, judged from {least})"] if is_met else []
        assert why_unjudged([result]) == why


EMPTY = "".join(
    f"delete from {table};"
    for table in (
        "core.fct_orders",
        LINES,
        "core.fct_invoices",
        "core.fct_payments",
        "core.fct_activity_events",
        "core.fct_ledger_entries",
        CUSTOMERS,
        RATES,
    )
)


def test_an_empty_warehouse_is_judged(
    suites: dict[str, dict[str, Any]], good: Path, tmp_path: Path
) -> None:
    """It has too little to be judged by what is usual, and nothing that every company has."""
    for name in ("ledger_is_there", "statements_are_there"):
        result = ask(suites["presence"], name, good, tmp_path, EMPTY)
        assert (result["success"], result["observed"]) == (False, {"observed_value": 0})
    usual = ask(suites["marts"], "revenue_keeps_coming", good, tmp_path, EMPTY)
    assert usual["success"] is True
    assert why_unjudged([usual]) == ["1 not judged (0 rows, judged from 100)"]


def test_the_line_of_a_night_says_why_nothing_was_judged() -> None:
    def results(*observed: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"observed": each} for each in observed]

    few = {"judged": 0, "rows": 1119, "judged_from": 5000}
    assert why_unjudged(results({"judged": 3}, {}, few, few)) == [
        "2 not judged (1,119 rows, judged from 5,000)"
    ]
    early = results({"judged": 0, "too_few_months": 2}, {"judged": 0, "earlier_months": 3})
    assert why_unjudged(early) == ["2 not judged (without enough earlier months)"]
    other = results({"judged": 0}, {"judged": 0, "rows": "2024-01-01", "judged_from": 1})
    assert why_unjudged(other) == ["2 not judged (nothing to judge yet)"]
