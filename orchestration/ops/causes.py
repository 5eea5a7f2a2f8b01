"""Why a night failed, in words that may leave the house.

What an operator reads on the spot quotes rows at fault and messages of DuckDB. What is sent to a
webhook or published in the run history says what failed and what to do, without either.
"""

import re
from collections.abc import Iterable

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_MOST_LINES = 5
_LONGEST = 300


def public_cause(lines: Iterable[str]) -> list[str]:
    """Return the first lines of a failure, without rows at fault and without anything quoted.

    Rows are the indented lines. A quoted text may be a value of a row.
    """
    kept = [line for text in lines for line in text.splitlines() if line.strip()]
    told = [line for line in kept if not line.startswith((" ", "\t"))] or kept[:1]
    return [_QUOTED.sub("'...'", " ".join(line.split()))[:_LONGEST] for line in told[:_MOST_LINES]]
