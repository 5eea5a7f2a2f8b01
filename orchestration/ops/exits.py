"""Why a night ended: exit codes, and the exceptions that carry one.

The numbers are part of the public interface. How a failing check is worded is not decided here.
"""

import errno
import re
from collections.abc import Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """What ``make nightly`` tells whoever started it."""

    PUBLISHED = 0
    OTHER = 1
    BAD_INPUT = 2
    CHECK_FAILED = 3
    LOCKED = 4
    MACHINE = 5


class NightError(Exception):
    """A night that ends without publishing; every line is for the operator.

    ``public`` is the same without values of rows, if whoever raises it knows how to say that.
    """

    exit_code = ExitCode.OTHER

    def __init__(
        self, *lines: str, exit_code: ExitCode | None = None, public: Sequence[str] = ()
    ) -> None:
        super().__init__(*lines)
        self.lines = lines
        self.public = tuple(public)
        if exit_code is not None:
            self.exit_code = exit_code

    def __str__(self) -> str:
        """Return all lines."""
        return "\n".join(self.lines)


class BadInputError(NightError):
    """The extracts, assumptions or settings cannot be used as they are."""

    exit_code = ExitCode.BAD_INPUT


class CheckFailedError(NightError):
    """A required check failed or was never run."""

    exit_code = ExitCode.CHECK_FAILED


class LockedError(NightError):
    """Another run holds the lock of the warehouse."""

    exit_code = ExitCode.LOCKED


_MACHINE_ERRNOS = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.ENOMEM,
    errno.EIO,
    errno.EMFILE,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
}
_MACHINE_TEXT = re.compile(
    r"no space left on device|disk quota exceeded|out of memory|cannot allocate memory"
    r"|failed to offload data block|input/output error|too many open files"
    r"|read-only file system|permission denied|operation not permitted",
    re.IGNORECASE,
)


def is_machine_text(text: str) -> bool:
    """Return whether a message of DuckDB, dbt or the system blames disk, memory or permissions."""
    return _MACHINE_TEXT.search(text) is not None


def exit_code_of(error: BaseException) -> ExitCode:
    """Return the exit code of an exception, looking through what it was raised from."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if isinstance(current, NightError):
            return current.exit_code
        if isinstance(current, MemoryError):
            return ExitCode.MACHINE
        if isinstance(current, OSError) and current.errno in _MACHINE_ERRNOS:
            return ExitCode.MACHINE
        if is_machine_text(str(current)):
            return ExitCode.MACHINE
        current = current.__cause__ or current.__context__
    return ExitCode.OTHER
