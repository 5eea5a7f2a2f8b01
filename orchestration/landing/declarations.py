"""What is declared about tables: the sources' YAML and the YAML of the assumption seeds, typed.

Columns, types, keys and the rules that landing obeys are written once, in YAML that dbt reads as
well. Here they are read and checked for shape; nothing here looks at data.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

PLAIN_SYSTEM = "extracts"
REJECTED_ROWS = "rejected_rows"
EXCHANGE_RATES = "fx_rates"

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SIMPLE_TYPES = {
    "bigint": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "double": "DOUBLE",
    "integer": "INTEGER",
    "string": "VARCHAR",
    "timestamp": "TIMESTAMP",
}
_DECIMAL = re.compile(r"decimal\((\d+), ?(\d+)\)")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class DeclarationError(ValueError):
    """A declaration in YAML that can't be used; the project is at fault, not the company."""


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column.

    ``data_type`` is dbt's word (``string``, ``decimal(18,2)`` ...), ``sql_type`` DuckDB's.
    ``is_required``: a value must be there. ``may_be_missing``: the column may be left out.
    ``is_identity``: names or describes a person and never gets into landing.
    ``is_month``: a date that must be the first of a month (assumptions only).
    ``is_economic_date``: the day of what is reported by month; it must be a plausible one.
    """

    name: str
    data_type: str
    sql_type: str
    is_required: bool = False
    may_be_missing: bool = False
    is_key: bool = False
    is_identity: bool = False
    is_month: bool = False
    is_economic_date: bool = False
    allowed: tuple[str, ...] = ()
    allowed_pattern: str = ""

    @property
    def scale(self) -> int | None:
        """Return the decimals of a decimal column, else None."""
        match = _DECIMAL.fullmatch(self.data_type)
        return int(match[2]) if match else None

    @property
    def is_number(self) -> bool:
        """Return whether control totals make sense on this column."""
        return self.scale is not None or self.data_type in ("bigint", "double", "integer")


@dataclass(frozen=True, slots=True)
class Translation:
    """Where a table's money gets its currency and the date of its rate, as SQL expressions.

    ``through`` names another table of the system, joined by ``key``, where the currency is kept.
    """

    date: str
    currency: str
    through: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One declared table, its columns in declared order.

    ``key`` lists the columns that make a row; empty: all of them. ``identities`` maps columns of
    the identities file to SQL expressions over this table's columns.
    """

    system: str
    name: str
    columns: tuple[Column, ...]
    is_required: bool
    file_stem: str
    rejected_amount: str
    balanced_by: str
    balanced_amount: str
    translation: Translation | None
    identities: tuple[tuple[str, str], ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Return the names of the key columns."""
        return tuple(column.name for column in self.columns if column.is_key)

    @property
    def landed_columns(self) -> tuple[Column, ...]:
        """Return the columns that landing keeps: all but those that name a person."""
        return tuple(column for column in self.columns if not column.is_identity)

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class System:
    """One source system and the tables it delivers.

    ``is_plain`` marks the extract contract itself, which knows every file and every column;
    of another system's files and columns, what is not declared is simply not taken.
    """

    name: str
    tables: tuple[Table, ...]

    @property
    def is_plain(self) -> bool:
        """Return whether this is the extract contract."""
        return self.name == PLAIN_SYSTEM

    def table(self, name: str) -> Table | None:
        """Return the table of that name, or None."""
        return next((table for table in self.tables if table.name == name), None)


@dataclass(frozen=True, slots=True)
class Seed:
    """One declared assumption seed; its columns in the order in which they are written."""

    name: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Return the names of the key columns."""
        return tuple(column.name for column in self.columns if column.is_key)


def read_system(project_root: Path, name: str) -> System:
    """Read the declaration of a source system; raise DeclarationError if there is none."""
    path = project_root / "models" / "staging" / name / f"_{name}__sources.yml"
    for source in _read_list(path, "sources"):
        if source.get("name") == name:
            tables = (_table(name, entry, path) for entry in source.get("tables") or ())
            return System(name, tuple(t for t in tables if t.name != REJECTED_ROWS))
    raise DeclarationError(f"{path} declares no source named {name}")


def read_seeds(project_root: Path) -> tuple[Seed, ...]:
    """Read the declarations of all assumption seeds, in the order of their YAML."""
    path = project_root / "seeds" / "reference" / "_assumptions.yml"
    return tuple(
        Seed(str(entry["name"]), _columns(entry, path)) for entry in _read_list(path, "seeds")
    )


def read_freshness(project_root: Path, name: str) -> dict[str, int]:
    """Return the hours after which a table's delivery is late, of the tables that have a limit."""
    path = project_root / "models" / "staging" / name / f"_{name}__sources.yml"
    limits = {}
    for source in _read_list(path, "sources"):
        for entry in source.get("tables") or () if source.get("name") == name else ():
            hours = _meta(entry).get("freshness_hours")
            if hours is None:
                continue
            if not isinstance(hours, int) or isinstance(hours, bool) or hours < 1:
                raise DeclarationError(f"{path}: freshness_hours of {entry['name']} is no number")
            limits[str(entry["name"])] = hours
    return limits


def _read_list(path: Path, key: str) -> list[dict[str, Any]]:
    if not path.is_file():
        raise DeclarationError(f"{path} is missing")
    content = _parse(path.read_text(encoding="utf-8"))
    entries = content.get(key) if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise DeclarationError(f"{path} has no list named {key}")
    return entries


@lru_cache(maxsize=8)
def _parse(text: str) -> Any:
    """Parse YAML; what is returned is shared and must not be changed."""
    return yaml.load(text, Loader=_LOADER)


def _meta(entry: Mapping[str, Any]) -> dict[str, Any]:
    config = entry.get("config") or {}
    return {**(entry.get("meta") or {}), **(config.get("meta") or {})}


def _columns(entry: Mapping[str, Any], path: Path) -> tuple[Column, ...]:
    columns = tuple(_column(column, path) for column in entry.get("columns") or ())
    names = [column.name.lower() for column in columns]
    if not names or len(set(names)) != len(names):
        raise DeclarationError(f"{path}: {entry['name']} has no columns, or one of them twice")
    return columns


def _column(entry: Mapping[str, Any], path: Path) -> Column:
    name = str(entry["name"])
    data_type = str(entry.get("data_type", "")).lower()
    meta = _meta(entry)
    if not _IDENTIFIER.fullmatch(name):
        raise DeclarationError(f"{path}: {name!r} can't be the name of a column")
    sql_type = _SIMPLE_TYPES.get(data_type) or (
        data_type.upper() if _DECIMAL.fullmatch(data_type) else ""
    )
    if not sql_type:
        raise DeclarationError(f"{path}: column {name} has the unknown type {data_type!r}")
    if data_type != "string" and (meta.get("allowed") or meta.get("allowed_pattern")):
        raise DeclarationError(f"{path}: allowed values of {name}, which is no string")
    if data_type not in ("date", "timestamp") and meta.get("economic_date"):
        raise DeclarationError(f"{path}: economic_date of {name}, which is no date")
    return Column(
        name=name,
        data_type=data_type,
        sql_type=sql_type.replace(" ", ""),
        is_required=bool(meta.get("required", False)),
        may_be_missing=bool(meta.get("optional_column", False)),
        is_key=bool(meta.get("key", False)),
        is_identity=bool(meta.get("identity", False)),
        is_month=bool(meta.get("first_of_month", False)),
        is_economic_date=bool(meta.get("economic_date", False)),
        allowed=tuple(str(value) for value in meta.get("allowed") or ()),
        allowed_pattern=str(meta.get("allowed_pattern", "")),
    )


def _table(system: str, entry: Mapping[str, Any], path: Path) -> Table:
    name = str(entry["name"])
    meta = _meta(entry)
    if not _IDENTIFIER.fullmatch(name):
        raise DeclarationError(f"{path}: {name!r} can't be the name of a table")
    table = Table(
        system=system,
        name=name,
        columns=_columns(entry, path),
        is_required=bool(meta.get("required", False)),
        file_stem=str(meta.get("file", name)),
        rejected_amount=str(meta.get("rejected_amount", "")),
        balanced_by=str(meta.get("balanced_by", "")),
        balanced_amount=str(meta.get("balanced_amount", "")),
        translation=_translation(meta.get("translated_on")),
        identities=tuple((str(k), str(v)) for k, v in (meta.get("identities") or {}).items()),
    )
    for rule in ("rejected_amount", "balanced_by", "balanced_amount"):
        column = getattr(table, rule)
        if column and table.column(column) is None:
            raise DeclarationError(f"{path}: {rule} of {name} names no column: {column}")
    return table


def _translation(meta: object) -> Translation | None:
    if not meta:
        return None
    if isinstance(meta, str):
        return Translation(date=meta, currency="currency_code")
    if not isinstance(meta, Mapping):
        raise DeclarationError(f"translated_on is a column or a mapping, not {meta!r}")
    return Translation(**{str(name): str(value) for name, value in meta.items()})
