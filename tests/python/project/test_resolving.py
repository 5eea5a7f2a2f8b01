"""Columns that no relation has are found, and only those."""

import pytest

from tests.python.project.resolving import Schema, columns_of, unresolved

SCHEMA: Schema = {"core": {"orders": {"order_id": "string", "amount": "decimal(18,2)"}}}

LATERAL = {
    "a neighbour": "select amount as gross, gross * 2 as twice from core.orders",
    "a condition": "select amount as gross from core.orders where gross > 0",
    "a window": "select order_id as id, count(*) over (order by id) as place from core.orders",
    "a group": "select order_id as id, sum(amount) as amount from core.orders group by id",
    "below a star": "with all_of as (select * from core.orders) "
    "select amount as gross, gross as net from all_of",
    "an unknown column": "select net from core.orders",
}

RESOLVED = {
    "a name that a relation has": "select order_id as amount, amount as gross from core.orders",
    "below a star": "with all_of as (select * from core.orders) select amount from all_of",
    "an order": "select amount as gross from core.orders order by gross",
    "columns of a cte": "with named (id) as (select order_id from core.orders) "
    "select id from named",
}


@pytest.mark.parametrize("sql", LATERAL.values(), ids=LATERAL.keys())
def test_a_lateral_alias_is_found(sql: str) -> None:
    assert unresolved(sql, SCHEMA)


@pytest.mark.parametrize("sql", RESOLVED.values(), ids=RESOLVED.keys())
def test_a_column_of_a_relation_is_none(sql: str) -> None:
    assert unresolved(sql, SCHEMA) is None


def test_columns_of_a_query_are_its_names() -> None:
    sql = "with landed as (select * from read_parquet('x/*.parquet')) select first_id from landed"
    assert list(columns_of(sql, {})) == ["first_id"]
