"""What a night is made from, as hashes: extracts, code and assumptions.

Two runs with the same fingerprints build the same warehouse. Used to decide whether a failed run
may be continued, whether extracts are new, and whether a night has read one version of each.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from orchestration.landing.files import files_below
from orchestration.ops.settings import Settings

_CODE = ("models", "macros", "orchestration", "expectations", "tests/generic", "tests/singular")
_FILES = ("dbt_project.yml", "profiles.yml", "requirements.lock")


def fingerprints(settings: Settings) -> dict[str, str]:
    """Return the three hashes of a run with these settings."""
    return {"extracts": extracts_fingerprint(settings), **project_fingerprints(settings)}


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return which of the hashes of now are not those of before."""
    return [name for name in now if now[name] != before.get(name)]


def project_fingerprints(settings: Settings) -> dict[str, str]:
    """Return the hashes of code and assumptions, which lie on this machine."""
    root = settings.project_root
    code = [root / name for name in _FILES]
    for folder in _CODE:
        code += _files(root / folder)
    seeds = [*_files(root / "seeds" / "reference"), *_files(root / "seeds" / settings.company)]
    return {
        "code": _hash_contents(root, code),
        "assumptions": _hash_contents(root, seeds),
    }


def extracts_fingerprint(settings: Settings) -> str:
    """Return a hash of the extracts by name, size and time of change; their rows are not read."""
    folder = settings.absolute(settings.extracts)
    digest = hashlib.sha256(settings.company.encode())
    for path in extract_files(folder):
        label = path.relative_to(folder).as_posix()
        try:
            status = path.stat()
        except FileNotFoundError:  # a link to nothing, or just taken away
            digest.update(f"{label}\0".encode())
            continue
        digest.update(f"{label}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def extract_files(folder: Path) -> list[Path]:
    """Return the files that landing looks at by name; none if there is no folder."""
    return sorted(files_below(folder)) if folder.is_dir() else []


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".duckdb"
    )


def _hash_contents(root: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        if path.exists():
            digest.update(f"{os.path.relpath(path, root)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
