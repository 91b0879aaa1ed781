"""A stream of random draws that is the same on every machine.

What lives here: uniform numbers for one purpose and one thing, and the few draws made from them.
They come from numpy's PCG64 and pass only through additions, multiplications and comparisons: the
distributions of numpy may change with its version and ``exp`` or ``log`` with the processor. What
is drawn is the business of the modules that ask.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import IntEnum, unique
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")

Quantiles = tuple[tuple[float, float], ...]
"""Pairs (probability, value), both rising, from probability 0 to 1; linear in between."""

_BUFFER_SIZE = 128


@unique
class Purpose(IntEnum):
    """What a stream is for; part of its key, so that no two purposes share numbers."""

    INSTITUTION = 1
    SOURCE = 2
    FUNDER = 3
    COMMUNITY = 4
    NAME = 5
    PERSON = 6
    CALENDAR = 7
    PLAN = 8
    TITLE = 9
    ABSTRACT = 10
    RECORD = 11
    AUTHOR = 12
    PUBLISHER = 13


class Draws:
    """Random draws that follow from a key and nothing else.

    Parameters
    ----------
    *key : int
        Non-negative numbers: the seed, a `Purpose`, and what the draws are for.

    Examples
    --------
    >>> Draws(0, Purpose.TITLE, 7).below(100) == Draws(0, Purpose.TITLE, 7).below(100)
    True
    """

    __slots__ = ("_generator", "_numbers")

    def __init__(self, *key: int) -> None:
        import numpy as np

        self._generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))
        self._numbers: list[float] = []

    def _refill(self) -> list[float]:
        self._numbers = self._generator.random(_BUFFER_SIZE).tolist()
        return self._numbers

    # Millions of numbers are drawn for a dump: the three below spare themselves the call of `unit`.

    def unit(self) -> float:
        """Return a number in [0, 1)."""
        return (self._numbers or self._refill()).pop()

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return (self._numbers or self._refill()).pop() < probability

    def below(self, bound: int) -> int:
        """Return a whole number in [0, bound)."""
        return int((self._numbers or self._refill()).pop() * bound)

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items, each as likely as the others."""
        return items[int((self._numbers or self._refill()).pop() * len(items))]

    def sample(self, items: Iterable[T], count: int) -> list[T]:
        """Return `count` different items in random order, or all if there are fewer."""
        pool = list(items)
        count = min(count, len(pool))
        for place in range(count):
            other = place + int(self.unit() * (len(pool) - place))
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]

    def weighted(self, cumulative: Sequence[float]) -> int:
        """Return an index, as likely as its share of the running sums `cumulative`."""
        return bisect_right(cumulative, self.unit() * cumulative[-1])

    def quantile(self, table: Quantiles) -> float:
        """Return a number whose distribution has these quantiles."""
        return interpolate(table, self.unit())


def interpolate(table: Quantiles, probability: float) -> float:
    """Return the value of a table of quantiles at a probability in [0, 1].

    Examples
    --------
    >>> interpolate(((0.0, 0.0), (0.5, 10.0), (1.0, 100.0)), 0.75)
    55.0
    """
    low, low_value = table[0]
    for high, high_value in table[1:]:
        if probability <= high:
            share = (probability - low) / (high - low)
            return low_value + share * (high_value - low_value)
        low, low_value = high, high_value
    return low_value


def running_sums(weights: Iterable[float]) -> tuple[float, ...]:
    """Return the running sums that `Draws.weighted` takes.

    Examples
    --------
    >>> running_sums([1, 2, 3])
    (1, 3, 6)
    """
    return tuple(accumulate(weights))
