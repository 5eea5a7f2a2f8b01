"""One company judged: what the warehouse computes of it beside what the oracle says."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.oracle.choices import Seeded
from tests.oracle.company import Company
from tests.oracle.comparing import answers, differences, expectations
from tests.oracle.generating import generate
from tests.oracle.workshop import Step, WorkshopError, built, prepare

SHOWN = 12
# Once they found something; what that was stands beside them.
SEEDS_THAT_FAILED = {
    7: "an order sold at a standard cost of zero was `unposted` instead of `price`",
    58: "the rest of an order stood in the month of a document that came to nothing",
}


def judge(company: Company, steps: Sequence[Step], folder: Path) -> list[str]:
    """Build a company in a folder; return where the warehouse and the oracle differ."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        prepare(company, folder)
        with built(steps, folder) as connection:
            found = answers(connection)
    except WorkshopError as error:
        return [f"could not be built: {argument}" for argument in error.args]
    return differences(expectations(company), found)


def seeded(seed: int) -> Company:
    """Return the company of a seed."""
    return generate(Seeded(seed))


def report(found: Sequence[str], company: Company, folder: Path) -> str:
    """Return what a person needs to follow a difference."""
    shown = [f"  {line}" for line in found[:SHOWN]]
    if len(found) > SHOWN:
        shown.append(f"  ... and {len(found) - SHOWN} more")
    return "\n".join([f"{company!r} in {folder}:", *shown])
