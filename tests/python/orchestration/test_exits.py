"""Exit codes and settings."""

import errno
from pathlib import Path

import pytest

from orchestration.ops.exits import (
    BadInputError,
    CheckFailedError,
    ExitCode,
    LockedError,
    exit_code_of,
)
from orchestration.ops.settings import Settings


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadInputError("x"), ExitCode.BAD_INPUT),
        (CheckFailedError("x"), ExitCode.CHECK_FAILED),
        (CheckFailedError("x", exit_code=ExitCode.BAD_INPUT), ExitCode.BAD_INPUT),
        (LockedError("x"), ExitCode.LOCKED),
        (OSError(errno.ENOSPC, "No space left on device"), ExitCode.MACHINE),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), ExitCode.MACHINE),
        (MemoryError(), ExitCode.MACHINE),
        (RuntimeError("IO Error: No space left on device"), ExitCode.MACHINE),
        (RuntimeError("Out of Memory Error: failed to pin block"), ExitCode.MACHINE),
        (FileNotFoundError(errno.ENOENT, "no such file"), ExitCode.OTHER),
        (ValueError("x"), ExitCode.OTHER),
    ],
)
def test_the_exit_code_of_an_error(error: BaseException, code: ExitCode) -> None:
    assert exit_code_of(error) is code


def test_the_cause_counts() -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, "full")
        except OSError as cause:
            raise RuntimeError("step failed") from cause
    except RuntimeError as error:
        assert exit_code_of(error) is ExitCode.MACHINE


def test_codes_are_the_published_ones() -> None:
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 5]


def test_defaults_are_the_demo_company() -> None:
    settings = Settings.from_environment({"EXTRACTS": ""})
    assert (settings.company, str(settings.extracts)) == ("demo", "target/demo/extracts")
    assert settings.keep_generations == 3
    assert settings.systems() == ("extracts",)


def test_a_listed_company_has_its_own_systems() -> None:
    settings = Settings.from_environment({"COMPANY": "adventureworks", "EXTRACTS": "x"})
    assert settings.systems() == ("adventureworks",)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"COMPANY": "Bad-Name"}, "COMPANY"),
        ({"COMPANY": "demo; drop"}, "COMPANY"),
        ({"COMPANY": "acme"}, "EXTRACTS"),
        ({"WAREHOUSE": "it's"}, "WAREHOUSE"),
        ({"ASSUMPTIONS": "a;b"}, "ASSUMPTIONS"),
        ({"KEEP_GENERATIONS": "0"}, "KEEP_GENERATIONS"),
        ({"KEEP_GENERATIONS": "many"}, "KEEP_GENERATIONS"),
    ],
)
def test_each_bad_setting_is_named(given: dict[str, str], name: str) -> None:
    with pytest.raises(BadInputError, match=name) as refusal:
        Settings.from_environment(given)
    assert refusal.value.exit_code is ExitCode.BAD_INPUT


def test_folders_are_taken_from_the_root(tmp_path: Path) -> None:
    settings = Settings.from_environment({"WAREHOUSE": "w"}, project_root=tmp_path)
    assert settings.absolute(settings.warehouse) == tmp_path / "w"
    assert settings.absolute(tmp_path / "x") == tmp_path / "x"
