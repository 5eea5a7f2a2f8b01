"""Exact arithmetic of the method, section 4, on fractions: rounding and sharing out a pool."""

from collections.abc import Mapping
from fractions import Fraction

CENTS = 2
Object = tuple[str, str]  # level and natural id


def rounded(value: Fraction, places: int = CENTS) -> Fraction:
    """Round half away from zero."""
    scaled = abs(value) * 10**places
    whole = scaled.numerator // scaled.denominator
    if scaled - whole >= Fraction(1, 2):
        whole += 1
    return Fraction(whole if value >= 0 else -whole, 10**places)


def share_out(amount: Fraction, weights: Mapping[Object, Fraction]) -> dict[Object, Fraction]:
    """Share whole cents out by weights of one sign, by largest remainder; ties by id as UTF-8.

    What gets no cent is in the result with zero. The sum of the result is the amount.
    """
    cents = abs(amount) * 100
    if cents.denominator != 1:
        raise ValueError(f"{amount} is not in whole cents")
    total = sum(weights.values(), Fraction())
    if not total:
        raise ValueError("weights sum to zero")
    floors: dict[Object, int] = {}
    remainders: dict[Object, Fraction] = {}
    for name, weight in weights.items():
        exact = cents * weight / total
        floors[name] = exact.numerator // exact.denominator
        remainders[name] = exact - floors[name]
    left = int(cents) - sum(floors.values())
    in_order = sorted(weights, key=lambda name: (-remainders[name], name[1].encode("utf-8")))
    for name in in_order[:left]:
        floors[name] += 1
    sign = 1 if amount >= 0 else -1
    return {name: Fraction(sign * floor, 100) for name, floor in floors.items()}
