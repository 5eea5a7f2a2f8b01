"""The project's SQL is what both engines take, and the lint finds what is not."""

from pathlib import Path

import pytest

from tests.python.project.both_engines import findings

FOLDERS = ("models", "macros", "tests/singular", "tests/generic")
PORTABLE = "macros/portable"

ONE_ENGINE_ONLY = {
    # signs
    "a cast by sign": "select amount::integer from orders",
    "integer division by sign": "select cents // 2 from orders",
    "division of what may be decimals": "select amount / 2 from orders",
    "an arrow into json": "select payload->>'name' from orders",
    "an arrow": "select payload->'name' from orders",
    "a list": "select [1, 2] as parts",
    "an element": "select parts[1] from orders",
    "a struct": "select {'a': 1} as parts",
    "two equal signs": "select 1 from orders where amount == 2",
    "a power by sign": "select amount ** 2 from orders",
    "a regular expression by sign": "select 1 from orders where order_id ~ 'a'",
    "backticks": "select `order_id` from orders",
    "a quoted name": 'select "order_id" from orders',
    "a dollar-quoted string": "select $$a$$ as text_value",
    "an escape in a string": r"select 'a\n' as value",
    # words
    "qualify": "select order_id from orders qualify row_number() over (order by order_id) = 1",
    "a recursive cte": "with recursive tree as (select 1 as id) select id from tree",
    "pivot": "select * from orders pivot (sum(amount) for line in ('a'))",
    "lateral view": "select part from orders lateral view explode(parts) as part",
    "a lateral join": "select 1 from orders, lateral (select 1) as other",
    "asof": "select 1 from orders asof join rates on orders.day >= rates.day",
    "a positional join": "select 1 from orders positional join rates",
    "div": "select cents div 2 from orders",
    "rlike": "select 1 from orders where order_id rlike 'a'",
    "a semi join": "select 1 from orders semi join customers on true",
    "distribute by": "select 1 from orders distribute by order_id",
    # sequences
    "group by all": "select order_id, sum(amount) as amount from orders group by all",
    "order by all": "select order_id from orders order by all",
    "distinct on": "select distinct on (order_id) order_id from orders",
    "union by name": "select 1 as one union all by name select 1 as one",
    "exclude": "select * exclude (order_id) from orders",
    "except": "select * except (order_id) from orders",
    "replace": "select * replace (1 as order_id) from orders",
    "a count of nothing": "select count() from orders",
    "a comma before from": "select order_id, from orders",
    "a comma before a parenthesis": "select coalesce(order_id, 'a',) from orders",
    # types
    "varchar": "select cast(order_id as varchar) as order_id from orders",
    "text": "select cast(order_id as text) as order_id from orders",
    "hugeint": "select cast(amount as hugeint) as amount from orders",
    "numeric": "select try_cast(amount as numeric(18, 2)) as amount from orders",
    "time zones": "select cast(recorded_at as timestamptz) as recorded_at from orders",
    # functions
    "epoch": "select epoch(recorded_at) as recorded from orders",
    "strftime": "select strftime(ordered_on, '%Y') as year_text from orders",
    "date_trunc": "select date_trunc('month', ordered_on) as month from orders",
    "date_diff": "select date_diff('day', ordered_on, due_on) as days from orders",
    "list_aggregate": "select list_aggregate(parts, 'sum') as total from orders",
    "string_agg": "select string_agg(order_id, ',') as ids from orders",
    "collect_list": "select collect_list(order_id) as ids from orders",
    "struct_pack": "select struct_pack(amount) as parts from orders",
    "read_parquet": "select 1 from read_parquet('orders.parquet')",
    "unnest": "select unnest(parts) as part from orders",
    "avg of what may be decimals": "select avg(amount) as mean from orders",
    "avg of a decimal": "select avg(cast(amount as decimal(18, 2))) as mean from orders",
    "avg of doubles and more": "select avg(cast(amount as double) * amount) as mean from orders",
    "concat": "select concat(order_id, line_id) as id from orders",
    "nvl": "select nvl(order_id, '') as id from orders",
    "a function that nobody has": "select frobnicate(order_id) as id from orders",
    # within Jinja
    "a type in a string of Jinja": "select {{ wide('cast(amount as hugeint)') }} as amount",
    "a function in a string of Jinja": "select {{ month_of('strftime(day, 1)') }} as month",
    "a sign in a string of Jinja": "{{ rows('amount::integer') }}",
    "after a block": "{% if a %}\nselect 1\n{% endif %}\nselect epoch(recorded_at) from orders",
}

BOTH_ENGINES = {
    "a model": """
        {{ config(materialized='view') }}
        -- What it's about: `qualify` in a comment is none.
        with orders as (
            select * from {{ ref('fct_orders') }}
        ),
        named (first_id, second_id) as (
            select order_id, customer_id from orders
        )
        select
            orders.order_id,
            cast(sum(orders.amount) filter (where orders.amount > 0) as decimal(18, 2)) as amount,
            max_by(orders.order_id, orders.ordered_on) as last_id,
            row_number() over (partition by order_id order by ordered_on nulls last) as place,
            cast({{ amount }} as double) / nullif(cast({{ whole }} as double), 0) as share,
            {% for name in ['a', 'b'] %}sum({{ name }}_amount) as {{ name }}{% endfor %}
        from orders
        where not exists (select 1 from named where named.first_id = orders.order_id)
        group by grouping sets ((order_id), ())
        """,
    "a column named like a refused word": "select lines.text as line_text from lines",
    "an average of doubles": "select avg(cast(a - b as double)) over (order by day) as m from days",
    "an interval": "select cast(day + 3 * interval '1' month as date) as later from days",
    "a message in Jinja": "{{ exceptions.raise_compiler_error('the company\\'s [a-z]/[0-9]') }}",
}


def files() -> list[Path]:
    root = Path(__file__).resolve().parents[3]
    found = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.sql"))]
    return [path for path in found if not path.is_relative_to(root / PORTABLE)]


@pytest.mark.parametrize("source", ONE_ENGINE_ONLY.values(), ids=ONE_ENGINE_ONLY.keys())
def test_what_one_engine_takes_is_found(source: str) -> None:
    assert findings(source)


@pytest.mark.parametrize("source", BOTH_ENGINES.values(), ids=BOTH_ENGINES.keys())
def test_what_both_engines_take_is_let_through(source: str) -> None:
    assert findings(source) == []


def test_a_finding_names_its_line() -> None:
    source = "{# a\ncomment #}\n{% if\n  a %}\nselect {{ b(\n  'c') }},\n  epoch(day)\nfrom days\n"
    assert [str(finding).partition(":")[0] for finding in findings(source)] == ["7"]


def test_macros_for_one_engine_are_found() -> None:
    portable = Path(__file__).resolve().parents[3] / PORTABLE / "integers.sql"
    assert {"`//`", "`div`"} <= {finding.what for finding in findings(portable.read_text("utf-8"))}


def test_the_project_is_what_both_engines_take() -> None:
    root = Path(__file__).resolve().parents[3]
    sources = files()
    assert len(sources) > 100
    found = [
        f"{path.relative_to(root)}:{finding}"
        for path in sources
        for finding in findings(path.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)
