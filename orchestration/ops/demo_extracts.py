"""Generates the demo company's extracts once, and again only after its generator has changed."""

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

from orchestration.ops.settings import PROJECT_ROOT

OUT = "target/demo/extracts"


def fingerprint(project_root: Path) -> str:
    """Return a hash of the generator."""
    digest = hashlib.sha256()
    for path in sorted((project_root / "demo").rglob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def ensure_extracts(project_root: Path = PROJECT_ROOT) -> bool:
    """Generate the demo company unless it is there and whole; return whether it was generated.

    The stamp is removed first and written last, so that half a company is never taken for one.
    """
    folder = project_root / OUT
    stamp = folder.parent / ".generator"
    wanted = fingerprint(project_root)
    if folder.is_dir() and stamp.exists() and stamp.read_text("utf-8") == wanted:
        return False
    stamp.unlink(missing_ok=True)
    if folder.is_dir():
        shutil.rmtree(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "demo", "--out", OUT], cwd=project_root, check=True)
    stamp.write_text(wanted, "utf-8")
    return True


def main() -> int:
    """Generate if needed and say so."""
    since = time.monotonic()
    try:
        if ensure_extracts():
            print(f"Generated the demo company in {OUT} ({time.monotonic() - since:.1f} s)")
    except subprocess.CalledProcessError as error:
        print(f"The demo company could not be generated (exit code {error.returncode})")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
