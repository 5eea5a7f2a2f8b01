"""Every line of a real statement leads down to the journal, and each level sums to the cent."""

import duckdb

from orchestration.ops.explain import Question, explain


def test_the_largest_figure_of_each_line_is_explained_to_the_cent(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    figures = connection.execute(
        "select object_id, month, line_id, amount from marts.fct_contribution_lines_monthly "
        "where object_level = 'customer' and object_id is not null "
        "qualify row_number() over (partition by line_id order by abs(amount) desc, object_id, "
        "month) = 1 order by all"
    ).fetchall()
    assert len({line for _, _, line, _ in figures}) >= 7
    for customer, month, line, amount in figures:
        levels = explain(connection, Question(customer, month, line))
        assert levels[0].total == amount
        for level in levels:
            assert level.parts, f"{level.title} consists of nothing"
            assert level.difference == 0, level.title
