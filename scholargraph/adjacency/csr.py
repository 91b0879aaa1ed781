"""Relations between two kinds of rows as compressed sparse rows, and their other direction.

``indices[indptr[k]:indptr[k + 1]]`` are the neighbours of row k, ascending. Everything is written
in pieces, so that memory does not grow with the relation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from scholargraph.adjacency.pages import release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scholargraph.store.arrays import ArraysWriter
    from scholargraph.store.derived import Arrays

PASS_EDGES: Final = 16_000_000
"""Edges that are sorted in memory at a time: 8 bytes each, and as much again for sorting."""

PIECE_EDGES: Final = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One direction of a relation.

    Examples
    --------
    >>> signed = Relation(indptr=np.array([0, 2, 2]), indices=np.array([4, 7], np.uint32))
    >>> signed.of(0).tolist(), signed.of(1).tolist()
    ([4, 7], [])
    """

    indptr: npt.NDArray[np.int64]
    """Where the neighbours of each row begin, and where the last ones end."""
    indices: npt.NDArray[np.uint32]
    """Row numbers of the neighbours, ascending for each row."""

    def of(self, row: int) -> npt.NDArray[np.uint32]:
        """Return the neighbours of a row."""
        return self.indices[self.indptr[row] : self.indptr[row + 1]]

    def of_all(
        self, rows: npt.NDArray[Any]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
        """Return places in `rows` and their neighbours, one pair for each edge, in order."""
        rows = rows.astype(np.int64, copy=False)
        starts = self.indptr[rows]
        lengths = self.indptr[rows + 1] - starts
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        places = np.repeat(np.arange(len(rows)), lengths)
        return places, self.indices[np.arange(total) + (starts - (ends - lengths))[places]]


def distinct(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the distinct values, ascending: by sorting, which beats numpy's hashing by far."""
    values = np.sort(values)
    is_new = np.ones(len(values), np.bool_)
    is_new[1:] = values[1:] != values[:-1]
    return values[is_new]


def load_relation(arrays: Arrays, name: str) -> Relation:
    """Map a relation that was written under a name."""
    return Relation(indptr=arrays.load(f"{name}.indptr"), indices=arrays.load(f"{name}.indices"))


def write_indptr(
    writer: ArraysWriter, name: str, counts: npt.NDArray[Any]
) -> npt.NDArray[np.int64]:
    """Write where the neighbours of each row begin, given how many there are."""
    output = writer.begin(f"{name}.indptr", "<i8")
    output.append([0])
    end = 0
    for low in range(0, len(counts), PIECE_EDGES):
        ends = np.cumsum(counts[low : low + PIECE_EDGES], dtype=np.int64) + end
        output.append(ends)
        end = int(ends[-1])
        release(counts)
    return writer.finish(f"{name}.indptr")


def scratch_indptr(writer: ArraysWriter, counts: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return where the neighbours of each row begin, in work space."""
    indptr: npt.NDArray[np.int64] = writer.scratch("<i8", len(counts) + 1)
    for low in range(0, len(counts), PIECE_EDGES):
        ends = np.cumsum(counts[low : low + PIECE_EDGES], dtype=np.int64) + indptr[low]
        indptr[low + 1 : low + 1 + len(ends)] = ends
        release(counts, indptr)
    return indptr


def transpose(
    writer: ArraysWriter,
    name: str,
    relation: Relation,
    columns: int,
    relabel: npt.NDArray[np.uint32] | None = None,
    pass_edges: int = PASS_EDGES,
) -> Relation:
    """Write the other direction of a relation.

    Parameters
    ----------
    writer : ArraysWriter
        Where it goes.
    name : str
        What it is called there.
    relation : Relation
        From rows to columns; an edge that is there several times stays so.
    columns : int
        How many columns there are.
    relabel : uint32 array, shape (columns,), optional
        What each column of `relation` is called in the other direction.
    pass_edges : int
        Edges that may be sorted at a time.
    """
    counts = writer.scratch("<i8", columns)
    for _, found in _pieces(relation, relabel):
        if len(found):
            low = int(found.min())
            some = np.bincount(found - low)
            counts[low : low + len(some)] += some
            release(counts)
    indptr = write_indptr(writer, name, counts)
    output = writer.begin(f"{name}.indices", "<u4")
    first = 0
    while first < columns:
        bound = int(indptr[first]) + pass_edges
        last = max(first + 1, int(np.searchsorted(indptr, bound, side="right")) - 1)
        edges = int(indptr[last] - indptr[first])
        if last == first + 1 and edges > pass_edges:
            # One column alone needs no sorting, since rows come in order.
            for rows, found in _pieces(relation, relabel):
                output.append(rows[found == first])
        elif edges:
            keys = np.empty(edges, np.uint64)
            at = 0
            for rows, found in _pieces(relation, relabel):
                if edges < len(relation.indices):
                    chosen = (found >= first) & (found < last)
                    rows, found = rows[chosen], found[chosen]
                piece = keys[at : at + len(rows)]
                piece[:] = found - first
                piece <<= np.uint64(32)
                piece |= rows.astype(np.uint64)
                at += len(rows)
            keys.sort()
            for low in range(0, edges, PIECE_EDGES):
                output.append(keys[low : low + PIECE_EDGES] & np.uint64(0xFFFFFFFF))
            del keys
        first = last
    return Relation(indptr=indptr, indices=writer.finish(f"{name}.indices"))


def _pieces(
    relation: Relation, relabel: npt.NDArray[np.uint32] | None
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Yield the edges, row and column, in the order of rows."""
    edges = len(relation.indices)
    for low in range(0, edges, PIECE_EDGES):
        high = min(low + PIECE_EDGES, edges)
        found = relation.indices[low:high]
        if relabel is not None:
            found = relabel[found]
        # The rows that these edges belong to, also where a piece begins amid one.
        first = int(np.searchsorted(relation.indptr, low, side="right")) - 1
        last = int(np.searchsorted(relation.indptr, high, side="left"))
        bounds = np.clip(relation.indptr[first : last + 1], low, high)
        rows = np.repeat(np.arange(first, last), np.diff(bounds))
        yield rows, found.astype(np.int64)
        release(relation.indptr, relation.indices)
