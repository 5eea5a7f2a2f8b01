"""Columns side by side: the small table that the generator works on, a dict of equal-long arrays.

Only what every table needs belongs here: picking rows, joining tables, walking groups.
"""

import numpy as np

from demo.draws import Bools, Ints

Frame = dict[str, Ints]


def size(frame: Frame) -> int:
    """Return the number of rows."""
    return len(next(iter(frame.values())))


def picked(frame: Frame, rows: Bools | Ints) -> Frame:
    """Return the rows of a mask or of row numbers."""
    return {name: values[rows] for name, values in frame.items()}


def joined(*frames: Frame) -> Frame:
    """Return the rows of several frames with the same columns, one after the other."""
    return {name: np.concatenate([frame[name] for frame in frames]) for name in frames[0]}


def repeated(counts: Ints) -> tuple[Ints, Ints]:
    """Return the parent row and the number from 1 within it for `counts` children each."""
    parent = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    start = np.cumsum(counts) - counts
    return parent, np.arange(len(parent), dtype=np.int64) - start[parent] + 1
