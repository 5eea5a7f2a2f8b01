"""Which errors a step is tried again for: those of input and output that may pass by themselves.

A file server that does not answer may answer in a minute. A full disk, a missing file or a failed
check is the same then, and fails the run at once.
"""

import contextlib
import errno
import os
from collections.abc import Iterator

import dagster as dg
import duckdb

from orchestration.ops.exits import NightError
from orchestration.ops.run import Night

RETRIES = 2
WAIT_SECONDS = 30.0
_PASSING = (
    errno.EIO,
    errno.EAGAIN,
    errno.EBUSY,
    errno.ESTALE,
    errno.ETIMEDOUT,
    errno.ECONNRESET,
    errno.ECONNABORTED,
    errno.ENETDOWN,
    errno.ENETUNREACH,
    errno.EHOSTDOWN,
    errno.EHOSTUNREACH,
    errno.ENOTCONN,
)


def may_pass(error: BaseException) -> bool:
    """Return whether an error of the system or of DuckDB's reading may be gone in a minute."""
    if isinstance(error, OSError):
        return error.errno in _PASSING
    if isinstance(error, duckdb.IOException):
        return any(os.strerror(number) in str(error) for number in _PASSING)
    return False


@contextlib.contextmanager
def try_again(context: dg.AssetExecutionContext, night: Night) -> Iterator[None]:
    """Ask Dagster for another try of a step that can be repeated as a whole."""
    try:
        yield
    except Exception as error:
        if not may_pass(error) or context.retry_number >= RETRIES:
            raise
        night.failure = None
        night.reporter.line(
            f"  trying again in {WAIT_SECONDS:.0f} s, {context.retry_number + 1} of {RETRIES}: "
            f"{error}",
            "yellow",
        )
        raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=WAIT_SECONDS) from error


@contextlib.contextmanager
def final(night: Night) -> Iterator[None]:
    """Turn what fails a step into a failure of Dagster's, cause first, that is not retried."""
    try:
        yield
    except dg.RetryRequested:
        raise
    except Exception as error:
        night.failure = night.failure or error
        lines = error.lines if isinstance(error, NightError) else (str(error) or repr(error),)
        raise dg.Failure("\n".join(lines), allow_retries=False) from error
