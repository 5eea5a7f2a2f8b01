"""Shuffled, split again, in CSV or Parquet: the landed rows are the same."""

import random
from typing import Any

import duckdb
import pytest

from tests.python.landing.company import LENIENT, Company

HEADER = (
    "order_id,line_number,product_id,quantity,gross_amount,discount_amount,tax_amount,recorded_at"
)


def make_lines(draw: random.Random) -> list[str]:
    """Return some hundred lines: good, repeated, superseded, in conflict, and unreadable."""
    lines = []
    for number in range(300):
        amount = f"{draw.randrange(10_000) / 100:.{draw.choice([1, 2])}f}"
        quantity = draw.choice(["1", "2.5", "-3.0000"])
        recorded_at = draw.choice(["", "2024-02-01T00:00:00Z", "2024-03-01 12:00:00"])
        product = draw.choice(["P1", '"P, 2"', '"say ""P3"""', "", '"two\nlines"'])
        line = f"O{number // 3},{number % 3},{product},{quantity},{amount},0.00,1,{recorded_at}"
        lines.append(line)
        match draw.randrange(12):
            case 0:
                lines.append(line)
            case 1:
                lines.append(line.rpartition(",")[0] + ",2024-04-01T00:00:00Z")
            case 2:
                lines.append(f"O{number // 3},{number % 3},P9,1,9,0,0,{recorded_at}")
            case 3:
                lines.append(f"O{number // 3},{number % 3},P9,1,9.999,0,0,{recorded_at}")
            case 4:
                lines.append(f"O{number // 3},{number % 3},P9,1,9,0,0,2024-05-01T00:00:00Z")
            case _:
                pass
    return lines


def landed(company: Company) -> tuple[list[Any], list[Any]]:
    """Land and return the order lines, and reasons, columns and amounts of the rejected rows."""
    assert company.errors(LENIENT) == []
    rows = company.rows("order_lines", "* exclude (_file, _record)")
    rejected = company.rows("rejected_rows", "table_name, reason, column_name, rejected_amount")
    return rows, rejected


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_and_split_again_the_rows_are_the_same(company: Company, seed: int) -> None:
    draw = random.Random(seed)
    lines = make_lines(draw)
    company.write("order_lines", [HEADER, *lines])
    expected = landed(company)
    assert len(expected[0]) > 200 and {row[1:3] for row in expected[1]} == {
        ("conflicting_duplicate", None),
        ("too_many_decimals", "gross_amount"),
    }
    draw.shuffle(lines)
    (company.extracts / "order_lines.csv").unlink()
    count = draw.randrange(2, 6)
    for part in range(count):
        path = company.write("", [HEADER, *lines[part::count]], f"order_lines/{part}.csv")
        if part % 2:
            company.write_parquet(
                "",
                f"from read_csv('{path}', all_varchar = true, auto_detect = false, header = true, "
                f"quote = '\"', escape = '\"', columns = "
                f"{ {name: 'VARCHAR' for name in HEADER.split(',')} })",
                f"order_lines/{part}.parquet",
            )
            assert duckdb.execute(f"select count(*) from '{path.with_suffix('.parquet')}'")
            path.unlink()
    assert landed(company) == expected
