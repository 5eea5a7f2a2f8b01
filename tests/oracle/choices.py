"""Choices of which a generated company is made: by a seed, or by Hypothesis, which shrinks them."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Protocol, TypeVar

from hypothesis import strategies as st

Item = TypeVar("Item")


class Choices(Protocol):
    """What a generator may ask."""

    def integer(self, least: int, greatest: int) -> int:
        """Return a whole number, both ends included."""


class Seeded:
    """The choices of a seed, always the same."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def integer(self, least: int, greatest: int) -> int:
        """Return a whole number, both ends included."""
        return self._random.randint(least, greatest)


class Drawn:
    """Choices that Hypothesis makes."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def integer(self, least: int, greatest: int) -> int:
        """Return a whole number, both ends included."""
        return self._draw(st.integers(least, greatest))


class Dice:
    """What generators need, on top of whole numbers."""

    def __init__(self, choices: Choices) -> None:
        self.integer = choices.integer

    def chance(self, percent: int) -> bool:
        """Return True in so many of a hundred cases; what shrinks best is False."""
        return self.integer(0, 99) >= 100 - percent

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items."""
        return items[self.integer(0, len(items) - 1)]

    def weighted(self, items: Sequence[tuple[int, Item]]) -> Item:
        """Return one of the items; each comes with its weight, the commonest first."""
        at = self.integer(0, sum(weight for weight, _ in items) - 1)
        for weight, item in items:
            if at < weight:
                return item
            at -= weight
        raise AssertionError

    def number(self, least: int, greatest: int, places: int) -> str:
        """Return a decimal with so many places, its ends given in units of the last one."""
        return f"{Decimal(self.integer(least, greatest)).scaleb(-places):f}"

    def cents(self, greatest: int = 100_000) -> str:
        """Return a positive amount, often small, where rounding shows."""
        return self.number(1, self.pick((5, 100, 10_000, greatest)), 2)

    def signed(self, greatest: int = 100_000, negative: int = 20) -> str:
        """Return an amount that is negative in so many of a hundred cases."""
        amount = self.cents(greatest)
        return f"-{amount}" if self.chance(negative) else amount
