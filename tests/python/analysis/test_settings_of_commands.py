"""What only reads asks for nothing that a night needs, extracts or an address for alerts."""

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# Each command, as a module with its arguments, and what it then finds missing.
COMMANDS = {
    "orchestration.analysis.compare": "nothing is published",
    "orchestration.analysis.dev": "nothing is published",
    "orchestration.analysis.dev assumptions": "seeds/acme",
    "orchestration.analysis.docs_site": "nothing is published",
    "orchestration.analysis.export": "nothing is published",
    "orchestration.checks.data_docs": "no run has evaluated",
    "orchestration.checks.try_suites": "nothing is published",
    "orchestration.ops.explain": "nothing is published",
    "orchestration.reports.sign_off": "nothing is published",
    "orchestration.reports.statement": "nothing is published",
}
# They are for operators, or read no settings.
OTHERS = {
    "orchestration.analysis.new_company",
    "orchestration.night",
    "orchestration.ops.demo_extracts",
    "orchestration.ops.operations",
    "orchestration.ops.status",
    "orchestration.ops.ui",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_settings_of_a_night_are_not_asked_for(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("EXTRACTS", raising=False)
    for name, value in {
        "COMPANY": "acme",
        "ALERT_WEBHOOK": "http://example.org/hook",
        "WAREHOUSE": str(tmp_path / "warehouse"),
        "ASSUMPTIONS": str(tmp_path / "assumptions"),
        "NIGHT_TARGET": str(tmp_path / "night"),
        "CUSTOMER": "C01",
        "MONTH": "2024-01",
    }.items():
        monkeypatch.setenv(name, value)
    module, *arguments = command.split()
    monkeypatch.setattr(sys, "argv", [module, *arguments])
    main = import_module(module).main
    code = main(arguments) if module.endswith("try_suites") else main()
    output = "".join(capfd.readouterr())
    assert COMMANDS[command] in output
    assert "EXTRACTS" not in output and "ALERT_WEBHOOK" not in output
    assert code in (0, 2)


def test_every_command_of_the_makefile_is_known() -> None:
    called = set(re.findall(r"-m (orchestration[\w.]+)", (ROOT / "Makefile").read_text("utf-8")))
    assert called == {command.split()[0] for command in COMMANDS} | OTHERS
