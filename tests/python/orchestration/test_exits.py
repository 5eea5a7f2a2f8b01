"""Exit codes and settings."""

import errno
import os
from pathlib import Path

import jinja2
import pytest
import yaml

from orchestration.ops import ui
from orchestration.ops.exits import (
    BadInputError,
    CheckFailedError,
    ExitCode,
    LockedError,
    exit_code_of,
)
from orchestration.ops.lifecycle import locks
from orchestration.ops.run import Night
from orchestration.ops.settings import PROJECT_ROOT, Settings


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
        (PermissionError(errno.EACCES, "not yours"), ExitCode.MACHINE),
        (PermissionError(errno.EPERM, "not yours"), ExitCode.MACHINE),
        (RuntimeError("IO Error: Cannot open file: Permission denied"), ExitCode.MACHINE),
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
        ({"ALERT_WEBHOOK": "http://example.org/hook"}, "ALERT_WEBHOOK"),
    ],
)
def test_each_bad_setting_is_named(given: dict[str, str], name: str) -> None:
    with pytest.raises(BadInputError, match=name) as refusal:
        Settings.from_environment(given)
    assert refusal.value.exit_code is ExitCode.BAD_INPUT


def test_what_runs_no_night_needs_neither_extracts_nor_an_address() -> None:
    given = {"COMPANY": "acme", "ALERT_WEBHOOK": "http://example.org/hook"}
    settings = Settings.from_environment(given, for_night=False)
    assert (settings.company, settings.has_extracts) == ("acme", False)
    assert Settings.from_environment({}).has_extracts


COMPANIES = [{}, {"COMPANY": ""}, {"COMPANY": "acme"}, {"COMPANY": "acme", "ASSUMPTIONS": "a/b"}]


@pytest.mark.parametrize("given", COMPANIES)
def test_dbt_by_hand_loads_the_assumptions_that_are_composed(given: dict[str, str]) -> None:
    """Without a night around it, dbt knows the folder from `dbt_project.yml` alone."""
    text = (PROJECT_ROOT / "dbt_project.yml").read_text("utf-8")

    def env_var(name: str, default: str) -> str:
        return given.get(name, default)

    paths = [
        jinja2.Template(path).render(env_var=env_var) for path in yaml.safe_load(text)["seed-paths"]
    ]
    settings = Settings.from_environment(given, for_night=False)
    assert paths == ["seeds/reference", str(settings.assumptions)]


def test_each_company_has_folders_of_its_own() -> None:
    """So has dbt its target folder, which a night locks; what is named stays as it is named."""
    acme, other = (
        Settings.from_environment({"COMPANY": name, "EXTRACTS": "x"}) for name in ("acme", "other")
    )
    assert acme.assumptions == Path("target/assumptions/acme")
    assert acme.dbt_target == Path("target/night/acme")
    assert acme.of_company("other") == other
    named = {"COMPANY": "acme", "EXTRACTS": "x", "ASSUMPTIONS": "a", "NIGHT_TARGET": "n"}
    kept = Settings.from_environment(named).of_company("other")
    assert (kept.company, kept.assumptions, kept.dbt_target) == ("other", Path("a"), Path("n"))


def test_two_companies_hold_their_locks_at_the_same_time(tmp_path: Path) -> None:
    """One target folder named for both is still that of one night."""

    def night(company: str, **given: str) -> Night:
        given |= {"COMPANY": company, "EXTRACTS": "x", "WAREHOUSE": f"warehouses/{company}"}
        return Night(Settings.from_environment(given, project_root=tmp_path))

    with locks(night("acme")), locks(night("other")):
        pass
    with (
        locks(night("acme", NIGHT_TARGET="target/n")),
        pytest.raises(LockedError, match="company acme"),
        locks(night("other", NIGHT_TARGET="target/n")),
    ):
        pass


@pytest.mark.parametrize("given", [{"DRY_RUN": "1"}, {"RESUME": "last"}])
def test_the_server_takes_no_setting_of_one_night(
    given: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def become(*arguments: object) -> None:
        pytest.fail("Dagster was started")

    monkeypatch.setattr(os, "execve", become)
    monkeypatch.setattr(ui, "make_home", lambda settings: settings.warehouse)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert ui.main() == 2
    assert "they are for one night" in capsys.readouterr().out


def test_folders_are_taken_from_the_root(tmp_path: Path) -> None:
    settings = Settings.from_environment({"WAREHOUSE": "w"}, project_root=tmp_path)
    assert settings.absolute(settings.warehouse) == tmp_path / "w"
    assert settings.absolute(tmp_path / "x") == tmp_path / "x"
