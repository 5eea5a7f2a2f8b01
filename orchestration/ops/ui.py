"""``make ui``: Dagster's web server, schedules and sensors on this machine.

``python -m orchestration.ops.ui`` makes Dagster's home in the warehouse folder, with the committed
settings of ``deploy/dagster.yaml``, and becomes ``dagster dev`` on loopback. PORT names the port.
"""

import os
import shutil
import sys
from pathlib import Path

from orchestration.ops.exits import ExitCode, NightError
from orchestration.ops.settings import NO_TELEMETRY, Settings

TEMPLATE = Path("deploy") / "dagster.yaml"


def make_home(settings: Settings) -> Path:
    """Make Dagster's home folder with the settings of this project; return it."""
    home = settings.absolute(settings.warehouse).absolute() / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(settings.project_root / TEMPLATE, home / "dagster.yaml")
    return home


def main() -> int:
    """Become Dagster; return only if that is impossible."""
    try:
        settings = Settings.from_environment()
    except NightError as error:
        print(error)
        return int(error.exit_code)
    if settings.dry_run or settings.resume:
        print("DRY_RUN, RESUME: expected none, they are for one night; unset them")
        return int(ExitCode.BAD_INPUT)
    port = os.environ.get("PORT") or "3000"
    if not port.isdecimal():
        print(f"PORT: expected a number; found {port!r}")
        return int(ExitCode.BAD_INPUT)
    home = make_home(settings)
    os.chdir(settings.project_root)
    print(f"Dagster on http://127.0.0.1:{port}, home {home}; Ctrl-C ends it", flush=True)
    program = Path(sys.executable).with_name("dagster")
    arguments = ["dev", "--module-name", "orchestration.definitions", "--host", "127.0.0.1"]
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home),
        **NO_TELEMETRY,
        "PATH": f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    os.execve(program, [str(program), *arguments, "--port", port], environment)


if __name__ == "__main__":
    sys.exit(main())
