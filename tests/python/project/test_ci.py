"""What continuous integration says in its last lines, from what both runs leave behind."""

import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[3]
GOOD = "8 passed, 0 failed"
BAD = "7 passed, 1 failed"


def ci(
    folder: Path, test: str | None, spark: str | None, skipped: tuple[str, str] = ("", "")
) -> tuple[int, list[str]]:
    """Run `.ci/run` where make only writes summaries, if any; return its code and last lines.

    What ``skipped`` says of each run, line by line, make writes as well.
    """
    (folder / ".ci").mkdir()
    shutil.copy(PROJECT_ROOT / ".ci" / "run", folder / ".ci" / "run")
    rules = []
    for target, place, summary, items in (
        ("test", "test", test, skipped[0]),
        ("test-spark", "spark", spark, skipped[1]),
    ):
        write = f"mkdir -p target/{place}; echo '{summary}' > target/{place}/summary"
        write += f"; printf '{items}' > target/{place}/skipped"
        end = "true" if summary == GOOD else "false"
        rules.append(f"{target}:\n\t@{write if summary else 'true'}; {end}\n")
    (folder / "Makefile").write_text("\n".join(rules), "utf-8")
    done = subprocess.run(
        [folder / ".ci" / "run"], capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout.splitlines()[-2:]


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
    code, lines = ci(tmp_path, test, spark)
    assert lines == ["Skipped: nothing", last_line]
    assert (code == 0) == (test == spark == GOOD)


def test_a_summary_of_an_earlier_run_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "target" / "spark").mkdir(parents=True)
    (tmp_path / "target" / "spark" / "summary").write_text(GOOD + "\n", "utf-8")
    (tmp_path / "target" / "spark" / "skipped").write_text("something\n", "utf-8")
    assert ci(tmp_path, GOOD, None) == (2, ["Skipped: nothing", "8 passed, 1 failed"])


def test_what_was_skipped_stands_before_the_last_line(tmp_path: Path) -> None:
    skipped = ("a (no a)\\n3 of b (no c)\\n", "a on Spark (no a)\\n")
    assert ci(tmp_path, GOOD, GOOD, skipped) == (
        0,
        ["Skipped: a (no a); 3 of b (no c); a on Spark (no a)", "16 passed, 0 failed"],
    )
