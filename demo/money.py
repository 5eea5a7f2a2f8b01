"""Exact integer money: cents, quantities in ten-thousandths, unit costs and rates in millionths.

Rounding is half away from zero everywhere. Nothing here is a float.
"""

import numpy as np

from demo.draws import Ints

QUANTITY = 10_000
"""Units of a stored quantity per piece, hour or month."""

MILLION = 1_000_000
"""Units of a stored rate or unit cost per one."""


def divided(numerator: Ints, denominator: int | Ints) -> Ints:
    """Return numerator / denominator, rounded half away from zero; the denominator is positive."""
    half_up = (2 * np.abs(numerator) + denominator) // (2 * denominator)
    return np.where(numerator < 0, -half_up, half_up)


def translated(cents: Ints, rate: Ints) -> Ints:
    """Return cents in functional currency at a rate in millionths, rounded per element."""
    return divided(cents * rate, MILLION)


def valued(quantity: Ints, unit_cost: Ints) -> Ints:
    """Return cents of quantity x unit cost (ten-thousandths x millionths), rounded per element."""
    return divided(quantity * unit_cost, QUANTITY * MILLION // 100)


def total_by(group: Ints, values: Ints, groups: int) -> Ints:
    """Return the sum of `values` for each group number; exact below 2**53 cents a group."""
    sums = np.bincount(group, weights=values.astype(np.float64), minlength=groups)
    return np.rint(sums).astype(np.int64)
