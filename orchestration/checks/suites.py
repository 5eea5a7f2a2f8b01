"""The expectation suites as files: ``expectations/suites/*.json``, read and checked.

Here belongs what can be said of a suite without a database and without the library: its form, its
names, the tables that it reads. How an expectation is evaluated stands in ``expectations.py``.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

FOLDER = Path("expectations") / "suites"
QUERY_TYPE = "unexpected_rows_expectation"
QUERY = "unexpected_rows_query"
AFTER_CORE = "core"
AFTER_MARTS = "marts"
STAGES = (AFTER_CORE, AFTER_MARTS)

_IDS = UUID("5c0f4f0e-7a52-5c26-9d0c-6a7f2f0d7e11")
_EARLY_SCHEMAS = ("seeds", "staging", "core")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TABLE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_SUITE_KEYS = {"name", "id", "meta", "notes", "expectations"}
_SUITE_META = {"owner", "why", "runs_after", "table", "other_tables", "companies", "judged_query"}
_KEYS = {"id", "type", "meta", "kwargs"}
_META = {"name", "owner", "why", "remedy", "table", "observed_query"}
_TOLD = ("owner", "why", "remedy")


def load_suites(project_root: Path, company: str | None = None) -> list[dict[str, Any]]:
    """Return the suites of a company (of all, if none is named), by name.

    Each expectation has an id, a table and its query as one text. Files that can't be read and
    suites of a wrong form are left as they are: ``check_suites`` says what is wrong with them.
    """
    suites = []
    for path in sorted((project_root / FOLDER).glob("*.json")):
        try:
            suite = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(suite, dict) and _is_for(suite, company):
            suite["name"] = path.stem
            if "judged_query" in _mapping(suite.get("meta")):
                suite["meta"]["judged_query"] = _query(suite["meta"]["judged_query"])
            suites.append(suite)
            for item in _expectations(suite):
                _complete(suite, item)
    return suites


def suite_tables(suite: Mapping[str, Any]) -> list[str]:
    """Return the tables that a suite says it reads, ``schema.table`` each."""
    meta = _mapping(suite.get("meta"))
    named = [meta.get("table"), *_list(meta.get("other_tables"))]
    named += [_mapping(item.get("meta")).get("table") for item in _expectations(suite)]
    return sorted({str(table) for table in named if table})


def stage_of(suite: Mapping[str, Any]) -> str:
    """Return after which dbt call a suite runs: ``core`` or ``marts``."""
    return str(_mapping(suite.get("meta")).get("runs_after", ""))


def expectation_key(suite: str, expectation_id: str) -> str:
    """Return the name under which the gate knows an expectation."""
    return f"expectation.{suite}.{expectation_id}"


def known_tables(manifest: Mapping[str, Any]) -> set[str]:
    """Return the tables that the dbt project builds, ``schema.table`` each."""
    return {
        f"{node['schema']}.{node.get('alias') or node['name']}"
        for node in (manifest.get("nodes") or {}).values()
        if node.get("resource_type") in {"model", "seed"}
    }


def check_suites(
    project_root: Path, tables: Collection[str], company: str | None = None
) -> list[str]:
    """Return a line for each thing that is wrong with a suite: file, place, what to do.

    ``tables`` are the tables that the warehouse has, ``schema.table`` each.
    """
    wrong = []
    seen: dict[str, str] = {}
    for path in sorted((project_root / FOLDER).glob("*.json")):
        try:
            suite = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            wrong.append(f"{FOLDER / path.name}: is not JSON ({error}); mend it")
            continue
        named = _mapping(_mapping(suite).get("meta")).get("companies", ["any"])
        if not (isinstance(named, list) and named and all(isinstance(n, str) for n in named)):
            wrong.append(
                f"{FOLDER / path.name}: meta.companies is {named!r}; write a list of companies, "
                "or leave it out for all"
            )
            continue
        if isinstance(suite, dict) and not _is_for(suite, company):
            continue
        for problem in _problems(suite, path.stem, tables, seen):
            wrong.append(f"{FOLDER / path.name}: {problem}")
    return wrong


def _problems(
    suite: Any, stem: str, tables: Collection[str], seen: dict[str, str]
) -> Iterator[str]:
    if not isinstance(suite, dict) or not isinstance(suite.get("meta"), dict):
        yield "expected an object with name, meta and expectations; copy the template"
        return
    meta = suite["meta"]
    yield from _unknown(suite, _SUITE_KEYS, "")
    yield from _unknown(meta, _SUITE_META, "meta.")
    if not _NAME.fullmatch(stem):
        yield "the file's name takes lower-case letters, digits and underscores; rename it"
    if suite.get("name") != stem:
        yield f"name is {suite.get('name')!r}; write {stem!r}, the file's name"
    if meta.get("runs_after") not in STAGES:
        yield f"meta.runs_after is {meta.get('runs_after')!r}; write core or marts"
    for key in ("owner", "why"):
        if not _is_text(meta.get(key)):
            yield f"meta.{key} is missing; whoever reads the suite needs it"
    if not meta.get("table"):
        yield "meta.table is missing; write the table that it reads, such as core.fct_orders"
    if "judged_query" in meta and not _query(meta["judged_query"]):
        yield "meta.judged_query is not a query; write a text or a list of lines"
    for table in suite_tables(suite):
        yield from _table(table, stage_of(suite), tables)
    if stage_of(suite) == AFTER_MARTS and all(_is_early(t) for t in suite_tables(suite)):
        yield "it reads no table that is built after core; write core in meta.runs_after"
    if not _expectations(suite):
        yield "it has no expectations; write one or remove the file"
    names: set[str] = set()
    for number, item in enumerate(_list(suite.get("expectations")), start=1):
        yield from _expectation(item, number, names, seen, stem)


def _expectation(
    item: Any, number: int, names: set[str], seen: dict[str, str], suite: str
) -> Iterator[str]:
    if not isinstance(item, dict):
        yield f"expectation {number} is not an object with type, kwargs and meta"
        return
    meta, kwargs = _mapping(item.get("meta")), _mapping(item.get("kwargs"))
    name = str(meta.get("name", ""))
    place = f"expectation {name or number}"
    yield from _unknown(item, _KEYS, f"{place}: ")
    yield from _unknown(meta, _META, f"{place}: meta.")
    if not _NAME.fullmatch(name):
        yield f"{place}: meta.name takes lower-case letters, digits and underscores"
    if name in names:
        yield f"{place}: the name occurs twice; rename one of them"
    names.add(name)
    for key in _TOLD:
        if not _is_text(meta.get(key)):
            yield f"{place}: meta.{key} is missing; whoever reads the failure needs it"
    if not isinstance(item.get("type"), str) or not item["type"]:
        yield f"{place}: type is missing; write {QUERY_TYPE} or a type of the library"
    for key, holder in ((QUERY, kwargs), ("observed_query", meta)):
        if (key in holder or (key == QUERY and item.get("type") == QUERY_TYPE)) and not _query(
            holder.get(key)
        ):
            yield f"{place}: {key} is not a query; write a text or a list of lines"
    yield from _identity(item, place, seen, f"{suite}.{name}")


def _identity(item: Mapping[str, Any], place: str, seen: dict[str, str], own: str) -> Iterator[str]:
    given = item.get("id")
    if given is None:
        return
    try:
        UUID(str(given))
    except ValueError:
        yield f"{place}: id {given!r} is no UUID; leave it out, it follows from the names"
    if given in seen:
        yield f"{place}: has the id of {seen[given]}; leave it out, it follows from the names"
    seen[str(given)] = own


def _table(table: str, stage: str, tables: Collection[str]) -> Iterator[str]:
    if not _TABLE.fullmatch(table) or table not in tables:
        close = get_close_matches(table, tables, n=1)
        remedy = f"if it is {close[0]}, write that" if close else "write schema.table"
        yield f"the warehouse has no table {table!r}; {remedy}"
    elif stage == AFTER_CORE and not _is_early(table):
        yield f"{table} is built after core; write marts in meta.runs_after"


def _is_early(table: str) -> bool:
    return table.partition(".")[0] in _EARLY_SCHEMAS


def _unknown(found: Mapping[str, Any], known: Collection[str], place: str) -> Iterator[str]:
    for key in sorted(found.keys() - set(known)):
        close = get_close_matches(key, known, n=1)
        remedy = f"if it is {close[0]}, rename it" if close else "take it out"
        yield f"{place}{key} is not known here ({', '.join(sorted(known))}); {remedy}"


def _is_for(suite: Mapping[str, Any], company: str | None) -> bool:
    companies = _mapping(suite.get("meta")).get("companies")
    return company is None or companies is None or company in _list(companies)


def _complete(suite: Mapping[str, Any], item: dict[str, Any]) -> None:
    """Fill in what an analyst may leave out, and join the lines of queries."""
    meta, kwargs = _mapping(item.get("meta")), _mapping(item.get("kwargs"))
    item.setdefault("id", str(uuid5(_IDS, f"{suite['name']}.{meta.get('name')}")))
    for key, holder in ((QUERY, kwargs), ("observed_query", meta)):
        if key in holder:
            holder[key] = _query(holder[key])
    if isinstance(meta, dict):
        meta.setdefault("table", _mapping(suite.get("meta")).get("table"))


def _query(value: Any) -> str:
    """Return a query that is written as a text or as a list of lines; empty if it is neither."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "\n".join(value)
    return value if isinstance(value, str) else ""


def _expectations(suite: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [item for item in _list(suite.get("expectations")) if isinstance(item, dict)]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
