"""CSV that is not quite CSV: a bad record costs itself only, whatever reads the file."""

import csv
import io
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.landing import csv_repair, csv_text, sql
from orchestration.landing.files import DeliveredFile
from orchestration.landing.inspection import Inspected
from tests.python.landing.company import GOOD, LENIENT, Company

COLUMNS = ("aa", "bb", "cc")
HEADER = b"aa,bb,cc\n"
TEXT = st.text(
    st.sampled_from(list("ab1 ,;\"'\n\r\t\\é€𝄞#")) | st.characters(exclude_characters="\0"),
    max_size=8,
).filter(lambda text: text.encode("utf-8", "ignore").decode() == text)


def read(path: Path, columns: tuple[str, ...] = COLUMNS) -> list[tuple[object, ...]]:
    """Return good records as `csv_text` reads them: number and values, then those that are bad."""
    inspected = Inspected(
        DeliveredFile(path, path.name, "csv"), tuple((name, "VARCHAR") for name in columns)
    )
    with sql.connect(path.parent) as connection:
        text_file = csv_text.to_text(connection, inspected, path.parent, "part")
        listed = sql.names(columns)
        rows = connection.execute(
            f"select {text_file.record}, {listed} from {text_file.relation} order by 1"
        ).fetchall()
    bad: list[tuple[object, ...]] = []
    if text_file.bad_file:
        with text_file.bad_file.open(encoding="utf-8", newline="") as stream:
            bad = [(int(number), reason) for number, reason, *_ in csv.reader(stream)]
    assert len(rows) == text_file.good_rows and len(bad) == text_file.bad_rows
    return rows + bad


def repaired(path: Path) -> list[tuple[object, ...]]:
    """Return all records as `csv_repair` reads them; empty values are null."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as stream:
        next(stream)
        records = list(csv_repair.read_records(stream, len(COLUMNS)))
    good: list[tuple[object, ...]] = [
        (record.number, *(value or None for value in record.fields))
        for record in records
        if not record.reason
    ]
    return good + [(record.number, record.reason) for record in records if record.reason]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"1,2,3\n", [(1, "1", "2", "3")]),
        (b"1,2,3", [(1, "1", "2", "3")]),
        (b'1,"a, b",3\n', [(1, "1", "a, b", "3")]),
        (b'1,"a ""b"" c",3\n', [(1, "1", 'a "b" c', "3")]),
        (b'1,"a\nb\r\nc",3\n4,5,6\n', [(1, "1", "a\nb\r\nc", "3"), (2, "4", "5", "6")]),
        (b"\n1,2,3\n\n4,5,6\n\n", [(1, "1", "2", "3"), (2, "4", "5", "6")]),
        (
            b"1,2,3\r\n4,5,6\n7,8,9\r\n",
            [(1, "1", "2", "3"), (2, "4", "5", "6"), (3, "7", "8", "9")],
        ),
        (b',"",\n', [(1, None, None, None)]),
        (b'1,5" pipe,3\n', [(1, "1", '5" pipe', "3")]),
        (b"1,2\n4,5,6\n", [(2, "4", "5", "6"), (1, "wrong_field_count")]),
        (b"1,2,3,\n4,5,6\n", [(2, "4", "5", "6"), (1, "wrong_field_count")]),
        (b'1,"a,b",3,\n4,5,6\n', [(2, "4", "5", "6"), (1, "wrong_field_count")]),
        (
            b'1,"2,3\n4,5,6\n7,8,9\n',
            [(2, "4", "5", "6"), (3, "7", "8", "9"), (1, "malformed_quote")],
        ),
        (
            b'1,"2,3\n4,"5",6\n7,8,9\n',
            [(2, "4", "5", "6"), (3, "7", "8", "9"), (1, "malformed_quote")],
        ),
        (
            b'1,"2,3\n4,"",6\n7,8,9\n',
            [(2, "4", None, "6"), (3, "7", "8", "9"), (1, "malformed_quote")],
        ),
        (
            b'1,"2,3\n4,"5,6\n7,8,9\n',
            [(3, "7", "8", "9"), (1, "malformed_quote"), (2, "malformed_quote")],
        ),
        (
            b'1,"2\n3",4,5\n7,8,9\n',
            [(3, "7", "8", "9"), (1, "malformed_quote"), (2, "malformed_quote")],
        ),
        (b"1,a\rb,3\n4,5,6\n", [(2, "4", "5", "6"), (1, "malformed_quote")]),
        (b"1,\xff,3\n4,5,6\n", [(2, "4", "5", "6"), (1, "invalid_encoding")]),
        (b'1,"a\n\xff",3\n4,5,6\n', [(2, "4", "5", "6"), (1, "invalid_encoding")]),
        (b'1,"a\rb",3\n4,5\n', [(1, "1", "a\rb", "3"), (2, "wrong_field_count")]),
        (b"1,a\0b,3\n4,5,6\n", [(2, "4", "5", "6"), (1, "nul_byte")]),
        (b'1,"\xff\0,3\n4,5,6\n', [(2, "4", "5", "6"), (1, "nul_byte")]),
    ],
)
def test_records(tmp_path: Path, content: bytes, expected: list[tuple[object, ...]]) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(HEADER + content)
    assert read(path) == expected


def test_carriage_returns_alone_end_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"aa,bb,cc\r1,2,3\r4,5\r7,8,9\r")
    assert read(path) == [(1, "1", "2", "3"), (3, "7", "8", "9"), (2, "wrong_field_count")]


def test_one_unclosed_quote_among_many_rows_costs_one_row(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    lines = [f'{number},"text, {number}",x' for number in range(100_000)]
    lines[40_000] = '40000,"text,x'
    path.write_bytes(HEADER + "\n".join(lines).encode())
    result = read(path)
    assert len(result) == 100_000 and result[-1] == (40_001, "malformed_quote")


def test_a_swallowing_quote_ends_at_the_largest_field(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    lines = [f"{number},text,x" for number in range(100_000)]
    lines[7] = '7,"text,x'
    path.write_bytes(HEADER + "\n".join(lines).encode())
    result = read(path)
    assert len(result) == 100_000 and result[-1] == (8, "malformed_quote")


@pytest.mark.parametrize(
    "content", [b"1,2,3\n\n", b'1,"a, b",3\n', b'1,"a\nb",3\n', b'1,"a ""b""c",3\n']
)
def test_proper_csv_is_left_to_the_fast_reader(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(csv_repair, "repair")
    path = tmp_path / "x.csv"
    path.write_bytes(HEADER + content)
    assert len(read(path)) == 1


@pytest.mark.parametrize("spoiled", ["", '7,"text,x\n'])
def test_values_of_many_lines_that_look_like_records(
    tmp_path: Path, spoiled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large enough for several threads to start reading in the midst of a value."""
    if not spoiled:
        monkeypatch.delattr(csv_repair, "repair")
    path = tmp_path / "x.csv"
    texts = [
        "\n".join(f"{line},not,a record" for line in range(size)) for size in range(0, 400, 10)
    ]
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write("aa,bb,cc\n" + spoiled)
        for number in range(17_000):
            stream.write(f'{number},"{texts[number % 40]}",x\n')
    assert path.stat().st_size > 40_000_000
    result = read(path)
    first = 1
    if spoiled:
        assert result.pop() == (1, "malformed_quote")
        first = 2
    assert len(result) == 17_000
    for number, row in enumerate(result):
        assert row == (number + first, str(number), texts[number % 40] or None, "x")


def test_a_line_without_end_costs_one_row(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(HEADER + b"1,2,3\n4," + b"\xff" * 3_000_000 + b",6\n7,8,9\n")
    assert read(path) == [(1, "1", "2", "3"), (3, "7", "8", "9"), (2, "invalid_encoding")]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=8),
    st.sampled_from([("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]),
)
def test_both_readers_read_proper_csv_alike(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, str]],
    style: tuple[str, int],
) -> None:
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator=style[0], quoting=style[1])  # type: ignore[arg-type]
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    path.write_text(stream.getvalue(), encoding="utf-8", newline="")
    expected = [
        (number, *(value or None for value in row)) for number, row in enumerate(rows, start=1)
    ]
    assert read(path) == expected
    assert repaired(path) == expected


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_one_quote_too_many_or_too_few_never_costs_another_row(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    quoted = st.sampled_from(['"text"', '"a, b"', '"a ""b"""', "plain", "", '""'])
    lines = data.draw(st.lists(st.tuples(st.just("1"), quoted, quoted), min_size=2, max_size=6))
    written = [",".join(line) for line in lines]
    spoiled = data.draw(st.integers(0, len(lines) - 1))
    place = data.draw(st.integers(0, len(written[spoiled])))
    line = written[spoiled]
    taken = line[place : place + 1] == '"' and data.draw(st.booleans())
    written[spoiled] = line[:place] + ("" if taken else '"') + line[place + taken :]
    path.write_bytes(HEADER + "\n".join(written).encode() + b"\n")
    result = {int(str(row[0])): row[1:] for row in read(path)}
    assert sorted(result) == list(range(1, len(lines) + 1))
    for number, values in enumerate(lines, start=1):
        if number != spoiled + 1:
            (parsed,) = csv.reader([",".join(values)])
            assert result[number] == tuple(value or None for value in parsed)


def test_a_bad_quote_leaves_the_other_rows_of_the_table(company: Company) -> None:
    header, *lines = GOOD["order_lines"]
    company.write("order_lines", [header, 'O8,1,"P1,1,1.00,0.00,0.00', *lines])
    company.land(LENIENT)
    assert company.rows("order_lines", "order_id, line_number, _record") == [
        ("O1", 1, 2),
        ("O1", 2, 3),
        ("O2", 1, 4),
    ]


def test_a_record_that_is_too_long_is_an_unclosed_quote() -> None:
    lines = [",".join(["x" * 120_000] * 4) + "\n", "1,2,3,4\n"]
    records = list(csv_repair.read_records(lines, 4))
    assert [record.reason for record in records] == ["malformed_quote", ""]


@pytest.mark.parametrize("line", [b"1,2,3,", b'1, "2",3', b"1,\x00,3"])
def test_what_the_fast_reader_lets_pass(tmp_path: Path, line: bytes) -> None:
    """Where this fails, DuckDB has become stricter and `csv_text` may become simpler."""
    path = tmp_path / "x.csv"
    path.write_bytes(HEADER + line + b"\n")
    duckdb.execute(f"from {sql.read_text_csv(path, COLUMNS)}").fetchall()


def test_a_scratch_file_of_the_same_name_is_read_anew(tmp_path: Path) -> None:
    """Table after table is written to one name; DuckDB must not remember the columns before."""
    path = tmp_path / "text-part-0001.parquet"
    found = []
    with sql.connect(tmp_path) as connection:
        for column in "abcdefg" * 5:
            path.unlink(missing_ok=True)
            connection.execute(f"copy (select '{column}' as {column}) to '{path}'")
            query = f"select {column} from {sql.read_parquet(path)}"
            found.append(connection.execute(query).fetchall())
    assert found == [[(column,)] for column in "abcdefg" * 5]
