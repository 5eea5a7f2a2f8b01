"""How a delivered value becomes one of its declared type, or a reason why it can't.

Each column gives two SQL expressions: the typed value, and the reason (null if there is none).
DuckDB's own casts are too kind (`1e3`, `1_000.00` and ` 5` are numbers to them, `10.005` becomes
10.01, `+02:00` is dropped), so every value must also look as the contract says. Only that
belongs here: nothing reads a file or knows a table by name.
"""

from dataclasses import dataclass
from datetime import date

from orchestration.landing import sql
from orchestration.landing.declarations import Column

_WHOLE_NUMBER = "-?[0-9]+"
_WHOLE_NUMBER_OF_ANOTHER_TYPE = "-?[0-9]+([.]0+)?"
_NUMBER = "-?[0-9]+([.][0-9]+)?"
_ANY_NUMBER = "-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIMESTAMP = (
    "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    "([.][0-9]{1,6})?(Z|[+]00:00)?"
)
_UNREADABLE_TYPES = ("BLOB", "BIT", "STRUCT", "MAP", "UNION", "INTERVAL")


@dataclass(frozen=True, slots=True)
class Cast:
    """The SQL of one column: its typed value, and the reason why it has none."""

    value: str
    reason: str


def can_be_read(delivered_type: str) -> bool:
    """Return whether values of a delivered Parquet type have a meaning in the contract at all."""
    return not delivered_type.startswith(_UNREADABLE_TYPES) and not delivered_type.endswith("]")


def expected(column: Column) -> str:
    """Return how a value of a column looks, in words for a message."""
    if column.allowed:
        return f"one of {', '.join(column.allowed)}"
    if column.allowed_pattern:
        return f"text like {column.allowed_pattern}"
    if column.scale is not None:
        return f"a number with a point and at most {column.scale} decimals"
    return {
        "string": "text",
        "boolean": "true or false",
        "date": "a date as YYYY-MM-DD",
        "timestamp": "a time as YYYY-MM-DD hh:mm:ss in UTC",
        "double": "a number with a point",
    }.get(column.data_type, "a whole number")


def absent(column: Column) -> Cast:
    """Return the cast of a column that a file leaves out."""
    return Cast(f"cast(null as {column.sql_type})", "null")


def cast(column: Column, delivered_type: str = "VARCHAR", is_checked_text: bool = False) -> Cast:
    """Return the cast of a column that is delivered with the given DuckDB type.

    ``is_checked_text``: NUL bytes have been looked for already, and empty text is null.
    """
    source = sql.name(column.name)
    if delivered_type == column.sql_type:
        return _typed(column, source, is_checked_text)
    if delivered_type == "TIMESTAMP WITH TIME ZONE":
        source, delivered_type = f"timezone('UTC', {source})", "TIMESTAMP"
    if column.data_type == "timestamp" and delivered_type in ("TIMESTAMP", "DATE"):
        return _typed(column, f"cast({source} as timestamp)", is_checked_text)
    if delivered_type.startswith("TIMESTAMP") and column.data_type == "date":
        midnight = f"date_trunc('day', {source}) = {source}"
        return Cast(
            f"cast({source} as date)",
            _reasons(column, source, f"when not ({midnight}) then 'invalid_value'"),
        )
    if delivered_type != "VARCHAR":
        return _from_text(column, f"cast({source} as varchar)", _WHOLE_NUMBER_OF_ANOTHER_TYPE)
    if not is_checked_text:
        source = f"nullif({source}, '')"
    return _from_text(column, source)


def plausible(column: Column, cast: Cast, first: date, last: date) -> Cast:
    """Return the cast with the rule that an economic date lies between two days, both included."""
    if not column.is_economic_date:
        return cast
    between = f"between date {sql.text(first.isoformat())} and date {sql.text(last.isoformat())}"
    implausible = f"case when cast({cast.value} as date) not {between} then 'implausible_date' end"
    return Cast(cast.value, f"coalesce({cast.reason}, {implausible})")


def _typed(column: Column, source: str, is_checked_text: bool) -> Cast:
    if column.data_type == "double":
        wrong = f"when not isfinite({source}) then 'out_of_range'"
        return Cast(source, _reasons(column, source, wrong))
    if column.data_type in ("date", "timestamp"):
        wrong = f"when not isfinite({source}) then 'invalid_value'"
        return Cast(source, _reasons(column, source, wrong))
    if column.data_type != "string" or is_checked_text:
        return Cast(source, _reasons(column, source, ""))
    filled = f"nullif({source}, '')"
    return Cast(
        filled, _reasons(column, filled, f"when contains({source}, chr(0)) then 'nul_byte'")
    )


def _from_text(column: Column, source: str, whole_number: str = _WHOLE_NUMBER) -> Cast:
    value = f"try_cast({source} as {column.sql_type})"
    as_written = f"cast({value} as varchar) = {source}"
    if column.data_type == "string":
        return Cast(source, _reasons(column, source, ""))
    if column.data_type == "boolean":
        wrong = f"when lower({source}) not in ('true', 'false') then 'invalid_value'"
    elif column.data_type == "date":
        wrong = (
            f"when not ({as_written} and length({source}) = 10) or {value} is null"
            " then 'invalid_value'"
        )
    elif column.data_type == "timestamp":
        wrong = (
            f"when {value} is null or not {_looks_like(source, _TIMESTAMP)} then 'invalid_value'"
        )
    elif column.data_type == "double":
        wrong = (
            f"when not {_looks_like(source, _ANY_NUMBER)} then 'invalid_value' "
            f"when {value} is null or not isfinite({value}) then 'out_of_range'"
        )
    else:
        pattern = _NUMBER if column.scale else whole_number
        wrong = (
            f"when {as_written} then null "
            f"when not {_looks_like(source, pattern)} then 'invalid_value' "
        )
        if column.scale:
            finer = sql.text(f"[.][0-9]{{{column.scale}}}[0-9]*[1-9]")
            wrong += f"when regexp_matches({source}, {finer}) then 'too_many_decimals' "
        wrong += f"when {value} is null then 'out_of_range'"
    return Cast(value, _reasons(column, source, wrong))


def _looks_like(source: str, pattern: str) -> str:
    return f"regexp_full_match({source}, {sql.text(pattern)})"


def _reasons(column: Column, source: str, wrong: str) -> str:
    """Return a `case` in the order: missing, unreadable, not among the allowed values."""
    missing = "'missing_required'" if column.is_required else "null"
    branches = f"when {source} is null then {missing} {wrong}"
    if column.allowed:
        values = ", ".join(sql.text(value) for value in column.allowed)
        branches += f" when {source} not in ({values}) then 'value_not_allowed'"
    if column.allowed_pattern:
        branches += (
            f" when not {_looks_like(source, column.allowed_pattern)} then 'value_not_allowed'"
        )
    if not column.is_required and branches == f"when {source} is null then null ":
        return "null"
    return f"case {branches} end"
