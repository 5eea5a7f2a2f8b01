"""The tables that landing writes, with what dbt's sources say of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.landing.declarations import REJECTED_ROWS
from orchestration.ops.history import SYSTEM


@dataclass(frozen=True, slots=True)
class LandedTable:
    """A table of a system. ``is_delivered``: it comes from outside, landing does not make it."""

    system: str
    name: str
    description: str
    freshness_hours: int | None
    is_delivered: bool


def landed_tables(manifest: Mapping[str, Any], systems: tuple[str, ...]) -> list[LandedTable]:
    """Return the tables of the systems in use and those about the warehouse itself, by name."""
    tables = []
    for source in (manifest.get("sources") or {}).values():
        system, name = str(source["source_name"]), str(source["name"])
        if system not in (*systems, SYSTEM):
            continue
        meta = {**(source.get("meta") or {}), **((source.get("config") or {}).get("meta") or {})}
        hours = meta.get("freshness_hours")
        tables.append(
            LandedTable(
                system,
                name,
                " ".join(str(source.get("description") or "").split()),
                int(hours) if hours else None,
                is_delivered=system != SYSTEM and name != REJECTED_ROWS,
            )
        )
    return sorted(tables, key=lambda table: (table.system, table.name))
