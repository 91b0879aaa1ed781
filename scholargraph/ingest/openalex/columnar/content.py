"""A number for what a record holds, from its columns.

Of two versions of a record with the same dates it decides which one counts: it depends on nothing
but the values that are read, not on how a file keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from scholargraph.ingest.openalex.columnar.groups import Numbers, ends_of
from scholargraph.ingest.openalex.columnar.nodes import Lists, Structs

_NULL_SIZE: Final = -1
_NULL_NUMBER: Final = np.iinfo(np.int64).min
_NULL_FLAG: Final = 2


def content_hashes(records: Structs) -> npt.NDArray[np.uint64]:
    """Return a number of 64 bits for the content of each record."""
    rows = np.arange(len(records) + 1)
    parts = list(_parts(records, rows))
    together = pc.binary_join_element_wise(*parts, b"")
    _, offsets, data = together.buffers()
    ends = np.frombuffer(offsets, np.int32)[: len(records) + 1].tolist()
    view = memoryview(data) if data else memoryview(b"")
    hashes = [xxhash.xxh3_64_intdigest(view[start:end]) for start, end in pairwise(ends)]
    return np.array(hashes, np.uint64)


def _parts(node: Any, rows: Numbers) -> Iterator[pa.Array]:
    """Yield the bytes of each record in each part of a node; ``rows`` is where records begin."""
    if isinstance(node, Structs):
        yield _numbers(node.is_valid.astype(np.int8), rows)
        for field in node.fields.values():
            yield from _parts(field, rows)
    elif isinstance(node, Lists):
        sizes = np.where(node.is_null, _NULL_SIZE, node.sizes)
        yield _numbers(sizes.astype(np.int32), rows)
        yield from _parts(node.elements, ends_of(node.sizes)[rows])
    else:
        yield from _values(node, rows)


def _values(values: pa.Array, rows: Numbers) -> Iterator[pa.Array]:
    if pa.types.is_string(values.type):
        sizes = pc.binary_length(values).fill_null(_NULL_SIZE).to_numpy()
        yield _numbers(sizes, rows)
        _, offsets, data = values.buffers()
        if data is not None:
            ends = np.frombuffer(offsets, np.int32)[values.offset :][: len(values) + 1]
            yield _slices(ends[rows], data)
    elif pa.types.is_boolean(values.type):
        yield _numbers(values.cast(pa.int8()).fill_null(_NULL_FLAG).to_numpy(), rows)
    elif pa.types.is_floating(values.type):
        yield _numbers(values.cast(pa.float32()).fill_null(np.nan).to_numpy(), rows)
    else:
        width = pa.int32() if pa.types.is_date32(values.type) else pa.int64()
        wide = values.cast(width).cast(pa.int64())
        yield _numbers(wide.fill_null(_NULL_NUMBER).to_numpy(), rows)


def _numbers(numbers: npt.NDArray[Any], rows: Numbers) -> pa.Array:
    return _slices(rows * numbers.itemsize, pa.py_buffer(np.ascontiguousarray(numbers)))


def _slices(ends: npt.NDArray[np.integer], data: pa.Buffer) -> pa.Array:
    buffers = [None, pa.py_buffer(ends.astype(np.int32)), data]
    return pa.Array.from_buffers(pa.binary(), len(ends) - 1, buffers)
