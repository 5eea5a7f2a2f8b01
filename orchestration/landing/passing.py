"""Which errors of input and output may pass by themselves, so that it is worth trying again.

A file server that does not answer may answer in a minute, and says nothing about a file. A full
disk, a missing file or a damaged one is the same then. Who tries again is not decided here.
"""

import errno
import os

import duckdb

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
