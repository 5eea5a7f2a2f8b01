"""dbt as the nightly run starts it: one command, which ends when the run is gone.

A dbt process that outlives a killed run would go on building and, opening its database by way of
``warehouse/work``, could write into the generation of the next run.
"""

import os
import sys
import threading
import time

PARENT_VARIABLE = "NIGHT_PID"


def end_with(parent: int, interval: float = 0.2) -> None:
    """End this process as soon as its parent is another one than ``parent``."""
    while os.getppid() == parent:
        time.sleep(interval)
    os._exit(1)


def main() -> None:
    """Watch the parent and hand the arguments to dbt."""
    parent = int(os.environ[PARENT_VARIABLE])
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()

    from dbt.cli.main import cli

    sys.argv[0] = "dbt"
    cli()


if __name__ == "__main__":
    main()
