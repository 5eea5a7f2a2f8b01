"""Is there room for a night? Looked at before anything is built.

A generation is a database and a landing. The next one is about as large as the last one; while it
is built the file also holds what dbt replaces, and sorting spills beside it.
"""

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.ops.exits import ExitCode, NightError
from orchestration.ops.fingerprints import extract_files
from orchestration.publishing.generations import DATABASE, Warehouse

# Against the published generation: half as much again for growth, replaced tables and spills.
GROWTH = 1.5
# A first night has nothing to go by but its extracts: their landing, and a database of core,
# intermediate results and marts. The demo company comes to about four times its extracts.
FIRST = 8.0
FLOOR = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DiskNeed:
    """Bytes that a night is expected to need, bytes that are free, and what the need rests on."""

    needed: int
    free: int
    reason: str

    @property
    def is_met(self) -> bool:
        """Return whether the night may start."""
        return self.free >= self.needed

    def __str__(self) -> str:
        """Return both figures with the reason."""
        return f"needs about {size(self.needed)} ({self.reason}), {size(self.free)} are free"


def disk_need(warehouse: Warehouse, extracts: Path) -> DiskNeed:
    """Return what a night of these extracts needs on the disk of the warehouse, and what is free.

    The floor is what small companies need whatever their rows: dbt's and DuckDB's own files.
    """
    published = sum(published_sizes(warehouse))
    delivered = 0
    with contextlib.suppress(OSError):  # what can't be looked at, landing tells or tries again
        delivered = sum(path.stat().st_size for path in extract_files(extracts))
    if published:
        needed = int(published * GROWTH)
        reason = f"{GROWTH:g} times the published generation of {size(published)}"
    else:
        needed = int(delivered * FIRST)
        reason = f"{FIRST:g} times the extracts of {size(delivered)}, a first night"
    if needed < FLOOR:
        needed, reason = FLOOR, "the least of any night"
    return DiskNeed(needed, shutil.disk_usage(warehouse.root).free, reason)


def check_disk(warehouse: Warehouse, extracts: Path) -> DiskNeed:
    """Return the need if there is room for it, else raise ``NightError`` that ends with code 5."""
    need = disk_need(warehouse, extracts)
    if not need.is_met:
        raise NightError(
            f"not enough room in {warehouse.root}: a night {need}",
            "free some, or publish elsewhere with WAREHOUSE=<folder>; KEEP_GENERATIONS says how "
            "many old generations are kept",
            exit_code=ExitCode.MACHINE,
        )
    return need


def published_sizes(warehouse: Warehouse) -> tuple[int, int]:
    """Return the bytes of the published database and of its landing; zero without them."""
    database = warehouse.current / DATABASE
    held = database.stat().st_size if database.exists() else 0
    return held, folder_size(warehouse.current / "landing")


def folder_size(folder: Path) -> int:
    """Return the bytes of the files in a folder, links not followed."""
    total = 0
    for parent, _, names in os.walk(folder):
        total += sum((Path(parent) / name).lstat().st_size for name in names)
    return total


def size(number: float) -> str:
    """Return bytes as a person reads them."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} TiB"

