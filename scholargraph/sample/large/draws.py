"""Random numbers by the million, the same on every machine.

What lives here: what ``scholargraph.sample.draws`` does for one thing at a time, done for whole
arrays. The same rule holds: uniform numbers from PCG64 or from mixing whole numbers, and then only
additions, multiplications, comparisons and sorting.
"""

from __future__ import annotations

from enum import IntEnum, unique
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scholargraph.sample.draws import Quantiles

_UNIT = 2.0**-53
_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


@unique
class Stream(IntEnum):
    """What a stream is for; part of its key, above the purposes of one thing at a time."""

    COMMUNITIES = 101
    AUTHORS = 102
    NAMES = 103
    PAPERS = 104
    CITATIONS = 105
    TITLES = 106
    DETAILS = 107
    TOPICS = 108
    SEATS = 109
    FUNDING = 110
    RECORDS = 111


def stream(*key: int) -> np.random.Generator:
    """Return the stream of a key; only its ``random`` is used, which numpy does not change.

    Examples
    --------
    >>> bool(stream(1, 2).random() == stream(1, 2).random())
    True
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))


def spread(units: NDArray[Any], table: Quantiles) -> NDArray[Any]:
    """Return numbers whose distribution has these quantiles, from uniform ones.

    Examples
    --------
    >>> spread(np.array([0.25, 0.75]), ((0.0, 0.0), (0.5, 10.0), (1.0, 100.0))).tolist()
    [5.0, 55.0]
    """
    places, values = zip(*table, strict=True)
    result: NDArray[Any] = np.interp(units, places, values)
    return result


def mixed(seed: int, purpose: Stream, *keys: NDArray[Any]) -> NDArray[Any]:
    """Return a uniform number for each combination of keys, the same wherever it is asked for.

    Parameters
    ----------
    seed : int
        Non-negative.
    purpose : Stream
        What the number is for.
    *keys : array of int
        Of one shape, or shapes that go together; whole numbers from 0.

    Notes
    -----
    The finaliser of SplitMix64 (Steele, Lea and Flood 2014, 10.1145/2660193.2660195), once for each
    key.

    Examples
    --------
    >>> one, two = mixed(0, Stream.NAMES, np.arange(2))
    >>> bool(0 <= one < 1 and 0 <= two < 1 and one != two)
    True
    """
    state = np.full(1, (seed * 1_000 + int(purpose)) * _GOLDEN & _MASK, dtype=np.uint64)
    for key in keys:
        state = _finalised(state ^ (np.asarray(key).astype(np.uint64) + np.uint64(1)))
    result: NDArray[Any] = (state >> np.uint64(11)) * _UNIT
    return result


def _finalised(state: NDArray[Any]) -> NDArray[Any]:
    state = state + np.uint64(_GOLDEN)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    result: NDArray[Any] = state ^ (state >> np.uint64(31))
    return result


def below(units: NDArray[Any], bound: NDArray[Any] | int) -> NDArray[Any]:
    """Return whole numbers in [0, bound) from uniform ones.

    Examples
    --------
    >>> below(np.array([0.0, 0.99]), 4).tolist()
    [0, 3]
    """
    result: NDArray[Any] = (units * bound).astype(np.int64)
    return result
