"""Command line: `python -m demo --out target/demo/extracts --scale 0.02 [--seed 1]`."""

import argparse
import shutil
import sys
import time
from pathlib import Path

from demo.company import LINES_PER_BLOCK, TRUTH, Company
from demo.scaled_seeds import write_scaled_seeds


def main(arguments: list[str] | None = None) -> int:
    """Write the demo company's extracts and, beside them, its ground truth."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=main.__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the extracts")
    parser.add_argument("--scale", type=float, default=0.02, help="1 = a million order lines")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--block", type=int, default=LINES_PER_BLOCK, help="order lines held in memory at once"
    )
    parser.add_argument(
        "--seeds", type=Path, help="folder for a copy of seeds/demo with capacities for the scale"
    )
    given = parser.parse_args(arguments)
    out: Path = given.out
    if out.exists() and any(out.iterdir()) and not (out.parent / TRUTH).is_dir():
        print(f"{out} holds something else than a demo company; name another folder")
        return 1
    started = time.monotonic()
    for folder in (out, out.parent / TRUTH):
        if folder.exists():
            shutil.rmtree(folder)
    Company(out, given.scale, given.seed, given.block).write()
    if given.seeds:
        write_scaled_seeds(given.seeds, given.seed, given.scale)
    print(f"demo company written to {out} in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
