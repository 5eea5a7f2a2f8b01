"""Processes that a night starts end with it, however it ends.

One that outlived a killed night would go on working and, opening its database by way of
``warehouse/work``, could write into the generation of the next one.
"""

import os
import threading
import time

PARENT_VARIABLE = "NIGHT_PID"


def parent_variable() -> dict[str, str]:
    """Return what a companion needs in its environment to know whom it belongs to."""
    return {PARENT_VARIABLE: str(os.getpid())}


def end_with_parent(interval: float = 0.2) -> None:
    """Watch, in the background, the process that the environment names as the parent."""
    parent = int(os.environ[PARENT_VARIABLE])
    threading.Thread(target=_watch, args=(parent, interval), daemon=True).start()


def _watch(parent: int, interval: float) -> None:
    while os.getppid() == parent:
        time.sleep(interval)
    os._exit(1)
