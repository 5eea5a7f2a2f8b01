"""Trying a step again after an error of input or output that may pass by itself.

Which errors those are stands in ``landing.passing``. Any other error fails the run at once.
"""

import contextlib
from collections.abc import Iterator

import dagster as dg

from orchestration.landing.passing import may_pass
from orchestration.ops.exits import NightError
from orchestration.ops.run import Night

RETRIES = 2
WAIT_SECONDS = 30.0


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
