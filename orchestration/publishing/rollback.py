"""Making an older generation current again."""

import duckdb

from orchestration.ops.exits import BadInputError, CheckFailedError
from orchestration.publishing.files import read_json_lines, swap_link
from orchestration.publishing.generations import (
    DATABASE,
    Warehouse,
    read_run_file,
    refuse_other_company,
)
from orchestration.publishing.publish import assert_answers_under_any_name


def roll_back(warehouse: Warehouse, wanted: str = "") -> tuple[str, str]:
    """Point ``current`` at ``wanted``, or at the generation before it; return both run ids.

    A generation that was withdrawn, once rolled back from, is published again by its name only.
    To be called with the lock held. Raises ``BadInputError`` if there is no such generation or it
    is one of another company, and ``CheckFailedError`` if it can't be read; what was published
    stays then.
    """
    current = warehouse.linked(warehouse.current)
    kept = warehouse.published()
    if current is None:
        raise BadInputError("nothing is published, so there is nothing to roll back")
    others = [run_id for run_id in kept if run_id != current]
    listed = f"kept are {', '.join(others)}" if others else "no other generation is kept"
    if not wanted:
        bad = withdrawn(warehouse)
        older = [run_id for run_id in others if run_id < current and run_id not in bad]
        if not older:
            but = f", {', '.join(sorted(bad))} withdrawn" if bad else ""
            raise BadInputError(f"no generation older than {current} is kept{but}; {listed}")
        wanted = older[-1]
    if wanted == current:
        raise BadInputError(f"run {wanted} is published already; {listed}")
    if wanted not in kept:
        raise BadInputError(f"run {wanted} is not kept; {listed}")
    company = read_run_file(warehouse.generation(wanted)).get("company")
    refuse_other_company(warehouse, company, f"run {wanted}")
    database = warehouse.generation(wanted) / DATABASE
    try:
        assert_answers_under_any_name(database)
    except duckdb.Error as error:
        raise CheckFailedError(f"the database of run {wanted} can't be read: {error}") from error
    swap_link(warehouse.current, f"generations/{wanted}")
    return current, wanted


def withdrawn(warehouse: Warehouse) -> set[str]:
    """Return the kept runs that were rolled back from and not published again since."""
    found: set[str] = set()
    for line in read_json_lines(warehouse.operations):
        before, after = str(line.get("from")), str(line.get("to"))
        if line.get("operation") == "rollback" and after < before:
            found.add(before)
        if line.get("operation") in ("rollback", "restore"):
            found.discard(after)
    return found & set(warehouse.published())
