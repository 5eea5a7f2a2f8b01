"""Judge the companies of many seeds by hand: ``python -m tests.oracle.hunt <first> <last>``.

Prints what differs, seed by seed; the exit code is 1 if anything did. Two seconds a seed.
"""

import sys
import tempfile
from pathlib import Path

from tests.oracle.judging import judge, report, seeded
from tests.oracle.workshop import PROJECT_ROOT, compiled


def main(first: int, last: int) -> int:
    """Judge all seeds from first to last; return the exit code."""
    place = PROJECT_ROOT / "target" / "oracle"
    place.mkdir(parents=True, exist_ok=True)
    steps = compiled(PROJECT_ROOT, seeded(first), place)
    failed = []
    with tempfile.TemporaryDirectory() as scratch:
        for seed in range(first, last + 1):
            company, folder = seeded(seed), Path(scratch) / "company"
            if found := judge(company, steps, folder):
                failed.append(seed)
                kept = place / f"seed-{seed}"
                company.write(kept)
                print(f"seed {seed}: {report(found, company, kept)}", flush=True)
    print(f"{last - first + 1} companies, {len(failed)} differ{': ' if failed else ''}", *failed)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
