"""Columns of strings made of numbers and of lists of words, without a Python string for each.

What lives here: ids, identifiers with check digits, and choices from lists. Which columns a table
has is the business of the ``*_tables`` modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scholargraph.sample.check_digits import ORCID_COUNT
from scholargraph.schema import arrow_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_ZERO = ord("0")


def ids(letter: str, numbers: NDArray[Any]) -> pa.Array:
    """Return OpenAlex ids of ten digits.

    Examples
    --------
    >>> ids("W", np.array([9_000_000_001])).to_pylist()
    ['W9000000001']
    """
    return fixed(_beside(letter, decimal(numbers, 10)))


def decimal(numbers: NDArray[Any], width: int) -> NDArray[Any]:
    """Return the digits of numbers, one row of characters each, with leading zeros.

    Examples
    --------
    >>> bytes(decimal(np.array([42]), 4)[0])
    b'0042'
    """
    rest = numbers.astype(np.int64)
    digits = np.empty((len(rest), width), np.uint8)
    for place in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        digits[:, place] = digit + _ZERO
    return digits


def fixed(characters: NDArray[Any]) -> pa.Array:
    """Return rows of ASCII characters as strings of one length."""
    count, width = characters.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    data = np.ascontiguousarray(characters)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(data))


def _beside(text: str, characters: NDArray[Any]) -> NDArray[Any]:
    before = np.frombuffer(text.encode("ascii"), np.uint8)
    return np.concatenate([np.broadcast_to(before, (len(characters), len(before))), characters], 1)


def orcids(serials: NDArray[Any], has_one: NDArray[Any]) -> pa.Array:
    """Return ORCIDs of the block that nobody has, as ``check_digits.made_up_orcid`` makes them.

    Parameters
    ----------
    serials : array of int
        Below ``check_digits.ORCID_COUNT``; others get none.
    has_one : array of bool
        Who has an ORCID; the others are null.

    Examples
    --------
    >>> orcids(np.array([218_1825]), np.array([True])).to_pylist()
    ['0000-0000-2181-8259']
    """
    digits = decimal(serials, 15)
    total = np.zeros(len(digits), np.int64)
    for place in range(15):
        total = (total + (digits[:, place] - _ZERO)) * 2
    check = (12 - total % 11) % 11
    last = np.where(check == 10, ord("X"), check + _ZERO).astype(np.uint8)
    plain = np.concatenate([digits, last[:, None]], axis=1)
    groups = np.full((len(digits), 19), ord("-"), np.uint8)
    for group in range(4):
        groups[:, 5 * group : 5 * group + 4] = plain[:, 4 * group : 4 * group + 4]
    return only(has_one & (serials < ORCID_COUNT), fixed(groups))


def only(mask: NDArray[Any], values: pa.Array) -> pa.Array:
    """Return values where the mask is true, and nulls elsewhere."""
    return pc.if_else(pa.array(mask), values, pa.scalar(None, values.type))


def chosen(words: Sequence[str | None] | pa.Array, places: NDArray[Any]) -> pa.Array:
    """Return the words at some places of a list; a negative place is null.

    Examples
    --------
    >>> chosen(["a", None, "c"], np.array([2, 1, 0, -1])).to_pylist()
    ['c', None, 'a', None]
    """
    array = words if isinstance(words, pa.Array) else pa.array(words, pa.string())
    return array.take(pa.array(places, pa.int64(), mask=places < 0))


def joined(*parts: pa.Array | str) -> pa.Array:
    """Return strings put together from columns and constants; null where a part is null.

    Examples
    --------
    >>> joined(pa.array(["a", None]), "-", pa.array(["b", "c"])).to_pylist()
    ['a-b', None]
    """
    return pc.binary_join_element_wise(*parts, "")


def lists(values: pa.Array, lengths: NDArray[Any]) -> pa.Array:
    """Return lists of consecutive values.

    Examples
    --------
    >>> lists(pa.array([1, 2, 3]), np.array([2, 0, 1])).to_pylist()
    [[1, 2], [], [3]]
    """
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def batch(table: str, columns: Mapping[str, Any], count: int) -> pa.RecordBatch:
    """Return rows of a declared table; columns that are not given are null.

    Parameters
    ----------
    table : str
        Its name.
    columns : mapping of str to array or scalar
        Arrays of numpy or Arrow; one value stands for all rows.
    count : int
        Number of rows.
    """
    schema = arrow_schema(table)
    unknown = set(columns) - set(schema.names)
    assert not unknown, f"{table} has no column {unknown}"
    arrays = []
    for field in schema:
        value = columns.get(field.name)
        if isinstance(value, pa.Array | np.ndarray):
            array = pa.array(value) if isinstance(value, np.ndarray) else value
        else:
            array = pa.repeat(pa.scalar(value, field.type), count)
        arrays.append(array if array.type == field.type else array.cast(field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
