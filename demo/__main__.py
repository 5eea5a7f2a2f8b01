"""Command line: `python -m demo --out target/demo/extracts --scale 0.02 [--seed 1]`."""

import argparse
import shutil
import time
from pathlib import Path

from demo.company import LINES_PER_BLOCK, Company


def main() -> None:
    """Write the demo company's extracts and, beside them, its ground truth."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=main.__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the extracts")
    parser.add_argument("--scale", type=float, default=0.02, help="1 = a million order lines")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--block", type=int, default=LINES_PER_BLOCK, help="order lines held in memory at once"
    )
    given = parser.parse_args()
    started = time.monotonic()
    for folder in (given.out, given.out.parent / "truth"):
        if folder.exists():
            shutil.rmtree(folder)
    Company(given.out, given.scale, given.seed, given.block).write()
    print(f"demo company written to {given.out} in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
