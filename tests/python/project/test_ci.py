"""What continuous integration says in its last line, from what both runs leave behind."""

import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[3]
GOOD = "8 passed, 0 failed"
BAD = "7 passed, 1 failed"


def ci(folder: Path, test: str | None, spark: str | None) -> tuple[int, str]:
    """Run `.ci/run` where make only writes summaries, if any; return its code and last line."""
    (folder / ".ci").mkdir()
    shutil.copy(PROJECT_ROOT / ".ci" / "run", folder / ".ci" / "run")
    rules = []
    for target, place, summary in (("test", "test", test), ("test-spark", "spark", spark)):
        write = f"mkdir -p target/{place}; echo '{summary}' > target/{place}/summary"
        end = "true" if summary == GOOD else "false"
        rules.append(f"{target}:\n\t@{write if summary else 'true'}; {end}\n")
    (folder / "Makefile").write_text("\n".join(rules), "utf-8")
    done = subprocess.run(
        [folder / ".ci" / "run"], capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("test", "spark", "last_line"),
    [
        (GOOD, GOOD, "16 passed, 0 failed"),
        (BAD, GOOD, "15 passed, 1 failed"),
        (GOOD, BAD, "15 passed, 1 failed"),
        (None, GOOD, "8 passed, 1 failed"),
        (GOOD, None, "8 passed, 1 failed"),
        (GOOD, "killed", "8 passed, 1 failed"),
        (None, None, "0 passed, 2 failed"),
    ],
)
def test_the_last_line_sums_both_runs(
    tmp_path: Path, test: str | None, spark: str | None, last_line: str
) -> None:
    code, line = ci(tmp_path, test, spark)
    assert line == last_line
    assert (code == 0) == (test == spark == GOOD)


def test_a_summary_of_an_earlier_run_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "target" / "spark").mkdir(parents=True)
    (tmp_path / "target" / "spark" / "summary").write_text(GOOD + "\n", "utf-8")
    assert ci(tmp_path, GOOD, None) == (2, "8 passed, 1 failed")
