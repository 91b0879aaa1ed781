"""Numbers for values, so that rules about repeated ones are arithmetic on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_LARGEST = np.iinfo(np.int64).max


class Groups(NamedTuple):
    """Which elements are equal."""

    numbers: Numbers
    """The group of each element, numbered from 0 in the order of their first ones."""
    firsts: Numbers
    """The first element of each group."""


class Coded(NamedTuple):
    """Values by number."""

    numbers: Numbers
    """The number of each value, the same for equal ones, and 0 for null."""
    values: pa.Array
    """The different values, in the order of their numbers, which begin with 1."""


def groups_of(keys: npt.NDArray[np.integer]) -> Groups:
    """Group equal keys.

    Examples
    --------
    >>> groups_of(np.array([7, 3, 7, 9]))
    Groups(numbers=array([0, 1, 0, 2]), firsts=array([0, 1, 3]))
    """
    numbers = pa.array(keys).dictionary_encode().indices.to_numpy().astype(np.int64)
    highest_before = np.concatenate([[-1], np.maximum.accumulate(numbers)])[:-1]
    return Groups(numbers, np.flatnonzero(numbers > highest_before))


def codes_of(values: pa.Array) -> Numbers:
    """Return a number for each value, the same for equal ones, and 0 for null.

    Examples
    --------
    >>> codes_of(pa.array(["b", "a", None, "b"]))
    array([1, 2, 0, 1])
    """
    if pa.types.is_list(values.type):
        values = _as_bytes(values)
    return coded(values).numbers


def coded(values: pa.Array) -> Coded:
    """Give values, which are no lists, a number each.

    Examples
    --------
    >>> numbers, different = coded(pa.array(["b", "a", None, "b"]))
    >>> numbers, different.to_pylist()
    (array([1, 2, 0, 1]), ['b', 'a'])
    """
    encoded = values.dictionary_encode()
    numbers = encoded.indices.fill_null(-1).to_numpy().astype(np.int64) + 1
    return Coded(numbers, encoded.dictionary)


def _as_bytes(lists: pa.Array) -> pa.Array:
    """Return lists as bytes that are equal where the lists are."""
    codes = codes_of(lists.flatten())
    sizes = lists.value_lengths().fill_null(0).to_numpy()
    ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32) * codes.itemsize
    buffers = [None, pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(codes)]
    together = pa.Array.from_buffers(pa.binary(), len(lists), buffers)
    return pc.if_else(lists.is_valid(), together, pa.scalar(None, pa.binary()))


def paired(*codes: Numbers) -> Numbers:
    """Return a number for each tuple of numbers, which are not negative.

    Examples
    --------
    >>> paired(np.array([4, 4, 5]), np.array([0, 1, 0]))
    array([ 8,  9, 10])
    """
    keys = codes[0].astype(np.int64)
    for more in codes[1:]:
        size = int(more.max(initial=0)) + 1
        if int(keys.max(initial=0)) > _LARGEST // size - 1:
            keys = groups_of(keys).numbers
        keys = keys * size + more
    return keys


def distinct(columns: Sequence[pa.Array]) -> Groups:
    """Group equal rows of some columns."""
    return groups_of(paired(*map(codes_of, columns)))


def ends_of(sizes: Numbers) -> Numbers:
    """Return where lists of these sizes begin and end, one after the other.

    Examples
    --------
    >>> ends_of(np.array([2, 0, 3]))
    array([0, 2, 2, 5])
    """
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)])


def indices(numbers: Numbers) -> pa.Array:
    """Return numbers for Arrow to take by; null where there is none, which is below zero."""
    return pa.array(numbers, mask=numbers < 0)
