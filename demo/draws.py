"""Keyed random draws: a number depends on its key alone, never on who asked before.

That is what makes the content independent of chunk sizes and of the order of the work. Only
integer arithmetic is used, so that every machine draws the same. No state belongs here.
"""

from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def _mixed(state: Keys) -> Keys:
    """Return the splitmix64 finaliser of each element."""
    state = (state ^ (state >> np.uint64(30))) * _FIRST
    state = (state ^ (state >> np.uint64(27))) * _SECOND
    mixed: Keys = state ^ (state >> np.uint64(31))
    return mixed


@lru_cache(maxsize=1024)
def _salt(name: str) -> np.uint64:
    return np.uint64(int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little"))


def keyed(seed: int, name: str, *keys: Ints) -> Keys:
    """Return one 64-bit key per row for the named thing that the integer columns identify."""
    state: Keys = np.full(1, _salt(f"{seed}/{name}"), dtype=np.uint64)
    for key in keys:
        state = _mixed((state ^ key.astype(np.uint64)) + _STEP)
    return state


def below(key: Keys, name: str, limit: int | Ints) -> Ints:
    """Return integers in [0, limit), one per key; `limit` stays under 2**31."""
    draw = (_mixed(key ^ _salt(name)) >> np.uint64(33)).astype(np.int64)
    scaled: Ints = (draw * limit) >> 31
    return scaled


def between(key: Keys, name: str, low: int | Ints, high: int | Ints) -> Ints:
    """Return integers in [low, high], one per key."""
    return low + below(key, name, np.asarray(high - low + 1, dtype=np.int64))


def chance(key: Keys, name: str, per_mille: int | Ints) -> Bools:
    """Return true for about `per_mille` of a thousand keys."""
    return below(key, name, 1000) < per_mille
