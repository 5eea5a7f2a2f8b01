"""The tutorials, run as they are written: every command, and every line that they show.

A block of `bash` is run, in one shell for all pages; a block of `text` after it is what it printed,
`...` standing for lines left out. A first step that was done for an earlier page is not repeated.
The last commands are those with which the pages' README cleans up: nothing is left.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TUTORIALS = ROOT / "docs" / "tutorials"
PAGES = ("add-a-cost-driver", "add-a-segmentation", "add-a-source-system")
CLEANUP = "README"
MARK = "-- end of block --"


@dataclass(frozen=True)
class Block:
    """A command of a page, and what the page shows of its output."""

    page: str
    command: str
    shown: str


def read_blocks(page: str) -> list[Block]:
    """Return the commands of a page in their order."""
    text = (TUTORIALS / f"{page}.md").read_text("utf-8")
    found = re.findall(r"^```(bash|text)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    blocks: list[Block] = []
    for kind, content in found:
        if kind == "bash":
            blocks.append(Block(page, content, ""))
        else:
            blocks[-1] = Block(page, blocks[-1].command, content)
    return blocks


def all_blocks() -> list[Block]:
    """Return the commands of all pages; one that was run before is left out."""
    blocks: list[Block] = []
    for page in (*PAGES, CLEANUP):
        seen = {block.command for block in blocks if block.page != page}
        blocks += [
            block
            for block in read_blocks(page)
            if "cp -r tests/" not in block.command or block.command not in seen
        ]
    return blocks


def fresh_clone(folder: Path) -> None:
    """Copy the project's files, with the environment of this one, which `make` takes as new."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith(".venv"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    for name in ("requirements.lock", "Makefile"):
        os.utime(folder / name, (0, 0))
    (folder / ".venv").symlink_to(Path(sys.prefix))
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-qm", "As cloned")


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, without anybody's own settings; return what it printed."""
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def run(blocks: list[Block], folder: Path) -> list[str]:
    """Run the commands in one shell that stops at the first error; return what each printed."""
    script = "".join(f"{block.command}\necho '{MARK}'\n" for block in blocks)
    kept = {k: v for k, v in os.environ.items() if k not in {"COMPANY", "EXTRACTS", "WAREHOUSE"}}
    done = subprocess.run(
        ["bash", "-eu", "-c", script],
        cwd=folder,
        env={**kept, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    outputs = done.stdout.split(f"{MARK}\n")
    if done.returncode:
        failed = blocks[len(outputs) - 1]
        pytest.fail(f"{failed.page}: exit {done.returncode}\n{failed.command}\n{outputs[-1]}")
    return outputs[:-1]


def not_printed(shown: str, output: str) -> list[str]:
    """Return the lines that a page shows and the command did not print, in that order."""
    printed = iter(line.rstrip() for line in output.splitlines())
    wanted = [line.rstrip() for line in shown.splitlines() if line.strip() not in {"", "..."}]
    return [line for line in wanted if not any(line == seen for seen in printed)]


def test_a_line_that_is_not_printed_is_found() -> None:
    output = "first\n\nsecond \nthird\n"
    assert not_printed("first\n...\nthird\n", output) == []
    assert not_printed("second\nfirst\n", output) == ["first"]
    assert not_printed("firs\n", output) == ["firs"]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_command_does_what_the_tutorials_show(tmp_path: Path) -> None:
    project = tmp_path / "clone"
    project.mkdir()
    fresh_clone(project)
    blocks = all_blocks()
    outputs = run(blocks, project)
    (tmp_path / "outputs").write_text("\n".join(outputs), "utf-8")
    for block, output in zip(blocks, outputs, strict=True):
        assert not_printed(block.shown, output) == [], f"{block.command}\nprinted\n{output}"
    assert git(project, "status", "--porcelain", "--untracked-files=all") == ""
    assert not (project / "target" / "tutorial").exists()
    for page in PAGES:
        assert any(block.shown for block in read_blocks(page)), f"{page} shows nothing"
