"""What a published night tells: its steps, the result by term, customers, a figure explained."""

import re
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from orchestration.ops.exits import BadInputError
from orchestration.ops.explain import Question, ask, explain
from orchestration.publishing.files import read_json_lines
from orchestration.publishing.generations import DATABASE, read_run_file
from tests.python.sandbox import Sandbox

STEPS = [
    "landing",
    "seeds",
    "staging",
    "core",
    "expectations",
    "marts",
    "data tests",
    "marts judged",
    "gate",
    "publish",
]


def connect(sandbox: Sandbox) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(sandbox.warehouse.current / DATABASE), read_only=True)


def test_each_step_has_its_line(first_night: tuple[Sandbox, str]) -> None:
    _, output = first_night
    lines = re.findall(r"^  ([a-z ]+?) +[0-9.]+ s  ", output, re.MULTILINE)
    assert [line for line in lines if line != "prepare"] == STEPS
    assert "FAILED" not in output


def test_the_record_lies_in_the_history_and_in_the_generation(
    first_night: tuple[Sandbox, str],
) -> None:
    sandbox, _ = first_night
    (record,) = read_json_lines(sandbox.warehouse.runs)
    assert record == read_run_file(sandbox.warehouse.current)
    assert (record["company"], record["outcome"], record["exit_code"]) == (
        "smallest",
        "published",
        0,
    )
    assert record["checks"] > 150
    assert {step["name"] for step in record["steps"]} >= {"landing", "marts", "gate"}


def test_the_result_ties_to_the_ledger(first_night: tuple[Sandbox, str]) -> None:
    sandbox, output = first_night
    with connect(sandbox) as connection:
        row = connection.execute(
            "select -sum(entries.amount) from core.fct_ledger_entries as entries "
            "inner join core.dim_ledger_accounts as accounts "
            "on entries.account_id = accounts.account_id "
            "where accounts.account_type in ('revenue', 'expense')"
        ).fetchone()
    assert row is not None
    (printed,) = re.findall(r"Company result +(\S+)", output)
    assert Decimal(printed.replace(",", "")) == row[0]


def test_the_summary_names_customers_and_the_file(first_night: tuple[Sandbox, str]) -> None:
    _, output = first_night
    for part in ("Best customers", "Worst customers", "One figure explained", "entry P02 line"):
        assert part in output
    assert re.search(r"COMPANY=smallest CUSTOMER=\S+ MONTH=\S+ LINE=\S+ make explain", output)
    published = re.findall(r"^Published: (\S+)$", output, re.MULTILINE)
    assert published[0].endswith(f"/project/warehouse/current/{DATABASE}")
    assert output.rstrip().endswith(published[0])


def test_every_figure_of_every_customer_is_explained_to_the_cent(
    first_night: tuple[Sandbox, str],
) -> None:
    with connect(first_night[0]) as connection:
        figures = connection.execute(
            "select object_id, month, line_id, amount from marts.fct_contribution_lines_monthly "
            "where object_level = 'customer'"
        ).fetchall()
        assert len(figures) > 60
        journal = 0
        for customer, month, line, amount in figures:
            levels = explain(connection, Question(customer, month, line))
            assert levels[0].total == amount
            for level in levels:
                assert level.parts, f"{level.title} consists of nothing"
                assert level.difference == 0, level.title
            journal += any(part.name.startswith("entry ") for part in levels[-1].parts)
        assert journal > 20


def test_a_missing_part_shows(first_night: tuple[Sandbox, str], sandbox: Sandbox) -> None:
    """A ledger line that vanishes from core is a difference at its cost centre."""
    copy = sandbox.root / "copy.duckdb"
    copy.write_bytes((sandbox.warehouse.current / DATABASE).read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "delete from core.fct_ledger_entries where entry_id = 'P02' and line_number = 1"
        )
        levels = explain(connection, Question("C02", date(2024, 2, 1), "order_processing"))
    differences = {level.title: level.difference for level in levels if level.difference}
    assert differences == {"cost center SALES": Decimal("300.00")}


@pytest.mark.parametrize(
    ("customer", "month", "line", "expected"),
    [
        ("", "", "", ("customer_processing",)),
        ("C01", "2024-01", "", ("order_processing", "customer_processing")),
        ("C01", "2024-01", "discount", ("discount",)),
    ],
)
def test_what_is_not_asked_is_chosen(
    first_night: tuple[Sandbox, str], customer: str, month: str, line: str, expected: tuple[str]
) -> None:
    with connect(first_night[0]) as connection:
        question = ask(connection, customer, month, line)
    assert question.line_id in expected
    assert not customer or question.customer_id == customer


def test_a_question_without_an_answer_says_what_there_is(
    first_night: tuple[Sandbox, str],
) -> None:
    with connect(first_night[0]) as connection:
        with pytest.raises(BadInputError, match="MONTH"):
            ask(connection, "C01", "January", "discount")
        with pytest.raises(BadInputError, match="gross_sales"):
            explain(connection, Question("C01", date(2024, 1, 1), "rebate"))
