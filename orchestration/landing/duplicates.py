"""Rows with the same key: counted once, superseded, or rejected.

The same content delivered again is counted once and keeps the `recorded_at` at which it was first
known. Of different contents the one with the latest `recorded_at` supersedes the others (none
counts as the earliest); if the latest are two different ones, both are rejected. A table without
a key has all its columns as key, so only exact copies are affected.
"""

from dataclasses import dataclass

import duckdb

from orchestration.landing import rejects, sql
from orchestration.landing.declarations import Table

RECORDED_AT = "recorded_at"


@dataclass(frozen=True, slots=True)
class Repeats:
    """What became of the rows whose key repeats, and the relation that is free of them."""

    relation: str
    rejected_rows: int = 0
    repeated_rows: int = 0
    superseded_rows: int = 0


def resolve(connection: duckdb.DuckDBPyConnection, table: Table, relation: str) -> Repeats:
    """Return the rows of a typed relation, each key once.

    The relation has all declared columns, `_file` and `_record`. Nothing but a hash of the key is
    looked at unless one repeats.
    """
    key = table.key or tuple(column.name for column in table.columns)
    if not key_repeats(connection, table, relation):
        return Repeats(relation)
    content = [
        column.name
        for column in table.columns
        if column.name not in key and column.name != RECORDED_AT
    ]
    recorded = RECORDED_AT if table.column(RECORDED_AT) and RECORDED_AT not in key else "null"
    key_hash = f"hash({sql.names(key)})"
    fingerprint = _fingerprint(content)
    connection.execute(
        f"create or replace temp table contested as "
        f"select *, {fingerprint} as _content, "
        f"coalesce(cast({recorded} as timestamp), timestamp '0001-01-01') as _known_at "
        f"from {relation} where {key_hash} in (select key_hash from repeated_keys)"
    )
    same_key = f"partition by {sql.names(key)}"
    connection.execute(
        f"""
        create or replace temp table judged as
        with last_known as (
            select *, max(_known_at) over ({same_key}) as _last_at from contested
        ), winners as (
            select
                *,
                min(_content) filter (where _known_at = _last_at) over ({same_key}) as _winner,
                max(_content) filter (where _known_at = _last_at) over ({same_key})
                    as _other_winner
            from last_known
        ), other_contents as (
            select
                *,
                max(_known_at) filter (where _content <> _winner) over ({same_key}) as _other_at
            from winners
        ), ranked as (
            select
                *,
                row_number() over (
                    partition by {sql.names(key)}, _content, _known_at <= _other_at
                    order by _known_at, _file, _record
                ) as _copy,
                row_number() over (
                    partition by {sql.names(key)}, _content, _known_at order by _file, _record
                ) as _same_copy
            from other_contents
        )
        select
            *,
            case
                when _winner <> _other_winner and _known_at < _last_at then 'superseded'
                when _winner <> _other_winner and _same_copy = 1 then 'conflicting'
                when _winner <> _other_winner then 'repeated'
                when _content <> _winner or _known_at <= _other_at then 'superseded'
                when _copy = 1 then 'kept'
                else 'repeated'
            end as _verdict
        from ranked
        """
    )
    connection.execute("drop table contested")
    columns = [column.name for column in table.columns]
    rejected = rejects.add(
        connection,
        table,
        "judged",
        "'conflicting_duplicate'",
        columns,
        "_verdict = 'conflicting'",
    )
    counts = dict(
        connection.execute("select _verdict, count(*) from judged group by all").fetchall()
    )
    listed = f"{sql.names(columns)}, _file, _record"
    free = (
        f"(select {listed} from {relation} "
        f"where {key_hash} not in (select key_hash from repeated_keys) "
        f"union all select {listed} from judged where _verdict = 'kept')"
    )
    return Repeats(free, rejected, counts.get("repeated", 0), counts.get("superseded", 0))


def key_repeats(connection: duckdb.DuckDBPyConnection, table: Table, relation: str) -> bool:
    """Return whether any key may repeat; `repeated_keys` then holds the hashes of those keys.

    Two different keys with one hash cost time only, for rows are compared by their keys later.
    """
    key = table.key or tuple(column.name for column in table.columns)
    connection.execute(
        f"create or replace temp table repeated_keys as "
        f"select hash({sql.names(key)}) as key_hash from {relation} "
        "group by key_hash having count(*) > 1"
    )
    return sql.one_number(connection, "select count(*) from repeated_keys") > 0


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what resolving left behind."""
    connection.execute("drop table if exists judged; drop table if exists repeated_keys")


def _fingerprint(content: list[str]) -> str:
    """Return the SQL of 128 bits that stand for the content of a row."""
    if not content:
        return "''"
    there, back = sql.names(content), sql.names(reversed(content))
    return f"concat_ws(' ', hash({there}), hash({back}, 'content'))"
